"""No line is put together from translated pieces: word order, marks and spaces differ between languages.

A line is one message with placeholders, or `core.i18n.text` and `core.i18n.dates` join it.
"""

import ast
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
OWN_APPS = [app.name for app in apps.get_app_configs() if (settings.BASE_DIR / app.name).is_dir()]
CODE = sorted(
    path
    for app in [*OWN_APPS, "search_engines"]
    for path in (settings.BASE_DIR / app).rglob("*.py")
    if "migrations" not in path.parts
)
MESSAGE = re.compile(r"\{% blocktrans(?:late)? .*?\{% endblocktrans(?:late)? %\}", re.DOTALL)
NOT_SHOWN = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)
TITLE = re.compile(r"<title>.*?</title>|\{% block title %\}.*?\{% endblock %\}", re.DOTALL)
"""The title of a page and the name of the portal have the same dash in every language."""
TRANSLATED = r"\{% translate \"(?:[^\"])*\"(?: context \"[^\"]*\")? %\}"
GLUE = r"[^<>{}·\n]*[,:;–—()][^<>{}·\n]*"
IN_TEMPLATES = {
    rf"{TRANSLATED}(?: +|{GLUE})\{{\{{": "a variable after a translated text",
    rf"\}}\}}(?: +|{GLUE}){TRANSLATED}": "a translated text after a variable",
    rf"\}}\}}(?:</\w+>)*{GLUE}(?:<(?!a\b)\w+[^>]*>)*\{{\{{": "marks between two variables",
    r'\{% translate "[^"]*[.:?!]"(?: context "[^"]*")? %\} +(?:</\w+>)?(?:<[a-z]|\{[{%])': (
        "a space after a full stop or a colon: write {% sentence_space %}"
    ),
    rf"\({TRANSLATED}": "a bracket before a translated text",
}


def joints(template: str) -> Iterator[str]:
    """Yield what a template joins by itself."""
    text = MESSAGE.sub('{% translate "message" %}', TITLE.sub("", NOT_SHOWN.sub("", template)))
    for pattern, fault in IN_TEMPLATES.items():
        for match in re.finditer(pattern, text):
            yield f"{fault}: {match[0][-120:]}"


def test_no_template_joins_translated_texts():
    found = [
        f"{path.relative_to(settings.BASE_DIR)}: {joint}" for path in TEMPLATES for joint in joints(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "template",
    [
        '{% translate "Source:" %} {{ source }}',
        '{% translate "Source:" %} <a href="{{ url }}">',
        '<span>{% translate "Date:" %} </span>{{ date }}',
        '{% translate "Page" %} {{ number }}',
        "{{ city }}, {{ country }}",
        "<bdi>{{ city }}</bdi>, {{ year }}",
        '{{ language }}: <bdi lang="{{ code }}">{{ title }}</bdi>',
        '{{ date }} – {% translate "why it moved" %}',
        "{% blocktranslate %}Closes{% endblocktranslate %} ({{ zone }})",
        '({% translate "Draft" %})',
    ],
)
def test_a_joint_in_a_template_is_seen(template):
    assert list(joints(template))


# Part of a place in the code → why it may join texts.
ALLOWED = {
    "dates.comma()": "the separator is translated",
    "operations/": "messages for those who run the portal, in English",
    "portal/": "messages for those who run the portal, in English",
    "search/checks.py": "messages for those who run the portal, in English",
    "search/indexing.py": "messages for those who run the portal, in English",
    "search/management/": "messages for those who run the portal, in English",
    "home/management/": "messages for those who run the portal, in English",
    "search_engines/": "messages for those who run the portal, in English",
    "home/structure.py": "messages for those who run the portal, in English",
    "core/search_document.py": "messages for those who run the portal, in English",
    "home/demonstration/": "titles of sources, which have no language of the portal",
    "cities/indexing.py": "words for the search, which nobody reads",
    "core/media/pictures.py": "an attribute of HTML",
    "core/fields.py": "the value of a form field",
    "desk/writing/forms.py: ','.join(": "the value of a form field",
    "core/translations/": "lists in messages of the admin, of names in quotation marks and paths",
    "calls/viewsets.py": "lists of codes in a table of the admin",
}
WORDS = re.compile(
    r"\b_\(|gettext|get_\w+_display|\.label\b|\bdates\.|language_name|country_name|place_name|zone_place"
)
ONLY_GLUE = re.compile(r"[ ,;:–—()]+")
MARKS = re.compile(r"[,;:–—()]")


def glued(source: str) -> Iterator[str]:
    """Yield the f-strings that put only marks or spaces between words for readers, and lists joined by a mark."""
    for node in ast.walk(ast.parse(source)):
        text = ast.unparse(node) if isinstance(node, ast.JoinedStr | ast.Call) else ""
        if isinstance(node, ast.JoinedStr):
            between = [part.value for part in node.values[1:] if isinstance(part, ast.Constant)]
            if WORDS.search(text) and any(ONLY_GLUE.fullmatch(str(glue)) for glue in between):
                yield text
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "join"
            and isinstance(node.func.value, ast.Constant)
            and MARKS.search(str(node.func.value.value))
        ):
            yield text


def test_no_code_joins_texts_for_readers():
    found = [
        place
        for path in CODE
        for text in glued(path.read_text())
        if not any(allowed in (place := f"{path.relative_to(settings.BASE_DIR)}: {text}") for allowed in ALLOWED)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        'f"{dates.zone_place(zone)} ({offset})"',
        'f"{row.get_kind_display()} {row.year}"',
        'f"{country_name(code)}: {text}"',
        '", ".join(names)',
        '" – ".join(moments)',
    ],
)
def test_a_joint_in_code_is_seen(line):
    assert list(glued(line))


@pytest.mark.parametrize("line", ['f"{code}-{number}"', 'f"M{x} {y}"', '" · ".join(names)', '"".join(parts)'])
def test_code_and_neutral_separators_are_accepted(line):
    assert not list(glued(line))
