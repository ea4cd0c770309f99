"""The English of the interface and the demonstration: plain words, one name for one thing, one spelling.

The lists name what was found and replaced once. A new name for something goes into docs/glossary.md first.
"""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import translation

from tests.texts import catalogue, demonstration

ROOT = Path(settings.BASE_DIR)
# Pattern → what to write instead. All are looked for in text without markup and placeholders.
HARD_TO_READ = {
    r"\bstanding\b": "status",
    r"\bparted\b": "separated",
    r"\bknown to the\b": "precision",
    r"\bhand(?:s|ed|ing)? in\b": "submit",
    r"\bcame of (?:it|them|that)\b": "results",
    r"\bsen(?:d|ds|t|ding) (?:it|them|its \w+) on\b": "forward",
    r"\blede\b": "summary",
    r"\bstands? (?:at|in|on|over|below|beside|here|there)\b": "is shown",
    r"\bl(?:ies|ie|ying) (?:below|where|in|ahead|before)\b": "is",
    r"\bmay not\b": "is not allowed to, or cannot",
    r"\bfor good\b": "permanently",
    r"\b(?:whence|whilst|amongst|upon|thereof|superseded|peculiar)\b": "a plain word",
    r"(?<!here )\bis no (?!longer|sooner|more|further|result)": "is not",
    r"\bin effect\b|\bof ours\b|\bat present\b": "current",
    r"\binstants?\b": "moment",
}
# In the interface only: an order to an editor begins with the verb that Django and Wagtail use.
ORDERS = {
    r"(?:^|[.:] )(?:Say|Give) (?:a|an|the|either|both|who|whom|what|when|where|which|that|to)\b": "Enter, or choose",
    r"(?:^|[.:] )(?:Write|Choose|Enter) no\b": "Do not",
    r"(?:^|[.:] )Empty:": "If empty, or leave empty",
    r"(?:^|[.:] )(?:Without|Withdrawn|Invented), ": "a whole sentence",
}
# Another name of something → its name in docs/glossary.md and on the pages.
OTHER_NAMES = {
    r"(?<!National )(?<!Promotion )\bCommissions?\b": "National Commission",
    r"\bfor (?:the )?commissions\b": "National Commission",
    r"\bcoordinator cit": "coordinating city",
    r"\b(?:step|rung|grade) (?:\d|\u2060) of\b|\bgrades\b": "evidence level",
    r"\bplace of the times\b": "time zone",
    r"\bpages? of text\b": "text page",
    r"\b[Ee]mail\b": "e-mail",
    r"\bweb site\b": "website",
    r"\bgoing on\b": "ongoing, or under way",
    r"\b[Ww]hom to ask\b": "contact person",
    r"\bDrawn cover\b": "Illustration",
    r"\bchosen\b(?= (?:filter|\())": "selected",
}
# The spelling is British with -ise. A definition by UNESCO is quoted with its -ize.
SPELLING = {
    r"\b(?!mobilizes|revitalizes|[Ss]iz|[Pp]riz|[Ss]eiz|[Cc]itizen)\w+iz(?:e[sdr]?|ing|ations?)\b": "-ise",
    r"\b(?:[Cc]olors?|labor|neighbor\w*|favorite|catalog)\b|\b(?<!Volunteer )[Cc]enters?\b": "the British form",
    r"(?<=\d)%(?=\s\w)": "per cent",
}
# Names and words of the code, its comments and its documents that nobody would look for: a part of each, by which
# files are chosen quickly, and the pattern.
OF_THE_CODE = {
    "stand": r"\bstand[-_ ]?ins?\b(?! (?:for|the|front|no|a)\b)|\bstanding\b",  # fallback; membership status
    "ways_on": r"\bways_on\b",  # no_results
    "lifeline": r"\blifelines?\b",  # parent watchdog
    "dut": r"\bdut(?:y|ies)\b",  # periodic task
    "said_": r"\b_?said_\w+",  # formatted
    "Said": r"\bSaid[A-Z]\w+",
    "second_face": r"second_face",  # one page per language
    "keep_its_word": r"keep_its_word",
    "_lead": r"\b_lead\b",
    "fenced": r"\bfenced\b",  # bidi isolate
    "parted": r"\bparted\b",  # separated
    "rung": r"\brungs?\b",  # evidence level
    "mend": r"\bmend(?:s|ed|ing)?\b",  # repair
    "little words": r"\blittle words\b",  # stop words
    "truth": r"\btruth\b",  # database state
    "earn": r"\bearns? (?:its|their)\b",  # purpose
    "oor": r"\b[Dd]oors?\b|\w_doors?\b",  # sign-in page, form, way
    "anew": r"\banew\b",  # again
    "whence": r"\bwhence\b",
    "thereof": r"\bthereof\b",
}
RULES = HARD_TO_READ | OTHER_NAMES | SPELLING
MARKUP = re.compile(r"<[^>]*>|%\(\w+\)[sd]|\{\w*\}")
# Words that keep their capital inside a heading or sentence: names, abbreviations, and labels that are quoted.
NAMES = re.compile(
    "National|Commissions?|Sustainable|Development|Goals?|SDG|Learning|City|Cities|Award|Conference|America|Arab|States|Asia"
    "|Pacific|Europe|Caribbean|Latin|North|English|French|Danish|Nesta|Maryland|Natural|Earth|PO|UTC|UTF|IANA|ISO|RFC|WGS|CSV|XLSX|Windows|Western|JSON|GeoJSON|OpenAPI|SEQUENCE|MB|Sønderborg"
    "|United|Nations|Statistics|Division|Demographic|Yearbook|Bureau|China|Lifelong|Contagem|EUR|BRL|CNY"
    "|AVIF|GIF|JPEG|PDF|PNG|WebP|Word|Excel|PowerPoint|OpenDocument|FreeOTP|Aegis|Google|Authenticator"
)
FUNCTION_WORDS = re.compile(r"(?:(?:an?|the|of|to|from|by|for|in|on|at|with|is|are|this|that|known)\b\s*)+")


def faults(text: str, rules: dict[str, str]) -> list[str]:
    """Return what is wrong in an English text, with what to write instead."""
    plain = MARKUP.sub("\u2060", text)
    return [f"{match[0]!r} → {better}" for rule, better in rules.items() for match in re.finditer(rule, plain)]


def capitals(text: str) -> list[str]:
    """Return the words inside a sentence or heading that have a capital and are no name."""
    plain = re.sub(r"“[^”]*”|‘[^’]*’", "", MARKUP.sub("\u2060", text))
    return [word for word in re.findall(r"(?<=[a-z,] )\(?([A-Z]\w*)", plain) if not NAMES.fullmatch(word)]


def labels() -> Iterator[tuple[str, str]]:
    """Yield (field, label) for every field of our models that an editor can see."""
    ours = {config.label for config in apps.get_app_configs() if config.path.startswith(str(settings.BASE_DIR))}
    for model in apps.get_models():
        if model._meta.app_label in ours:
            for field in model._meta.get_fields():
                if getattr(field, "editable", False) and field.concrete:
                    yield f"{model.__name__}.{field.name}", str(field.verbose_name)


def of_the_code() -> Iterator[tuple[str, str]]:
    """Yield (path, text) for code, templates and documents, without what is written once: migrations, demonstration."""
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    left_out = re.compile(r"/migrations/|/analysis/words/|tests/test_plain_english\.py$")
    for folder in [*packages, "docs", "scripts", "static", "templates", "tests"]:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".html", ".md", ".css", ".js", ".txt"} and not left_out.search(str(path)):
                yield str(path.relative_to(ROOT)), path.read_text()
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", ".env.example", "Makefile", "pyproject.toml"):
        yield name, (ROOT / name).read_text()


def test_the_code_and_its_documents_use_the_terms_of_the_field():
    texts = dict(of_the_code())
    assert len(texts) > 900
    found = [
        f"{path}: {match[0]!r}"
        for part, pattern in OF_THE_CODE.items()
        for path, text in texts.items()
        if part in text
        for match in re.finditer(pattern, text)
    ]
    assert not found, "\n".join(found)


def test_every_english_text_is_plain_and_names_things_as_the_glossary_does():
    places = [*catalogue("en"), *demonstration("en")]
    assert len(places) > 2000
    found = [f"{place[:60]}: {fault}" for place, text in places for fault in faults(text, RULES)]
    found += [f"{text[:60]}: {fault}" for _id, text in catalogue("en") for fault in faults(text, ORDERS)]
    assert not found, "\n".join(found)


def test_headings_and_labels_have_capitals_only_in_names():
    assert [(text[:60], words) for _id, text in catalogue("en") if (words := capitals(text))] == []


def test_a_label_says_what_its_field_holds():
    with translation.override("en"):
        named = dict(labels())
    assert len(named) > 150
    assert {field: label for field, label in named.items() if FUNCTION_WORDS.fullmatch(label)} == {}


@pytest.mark.parametrize(
    "text",
    [
        "Record a change of standing",
        "Codes, parted by commas",
        "Your city hands in by 1 May",
        "The commission sends it on",
        "A link to it stands at the end.",
        "You may not edit it.",
        "Say where it takes place.",
        "Empty: not on record.",
        "Coordinator cities".lower(),
        "The Commission decides",
        "We organize it",
        "12% of adults",
        "step %(step)s of 4",
    ],
)
def test_each_of_these_is_found(text):
    assert faults(text, RULES | ORDERS)


def test_a_capital_inside_a_heading_is_found():
    assert capitals("How to Join") == ["Join"]
    assert capitals("Choose “Open early” for the National Commission") == []
