"""Make the lexicons of the search: ``search_engines/analysis/words/*.txt.gz`` and ``han.txt``.

    .venv/bin/pip install simplemma==2.0.0 wordfreq==3.1.1 opencc==1.4.2
    .venv/bin/python scripts/lexicon.py

Needed only after a change of the rules of stemming or of the lists in ``words/``. Neither the portal nor its tests
need these packages. Sources and licences: ``search_engines/analysis/words/README.md``.
"""

import gzip
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import opencc
import wordfreq
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from search_engines import folding  # noqa: E402  # the path is set first
from search_engines.analysis import arabic, lexicon, stems  # noqa: E402

LEAST_FREQUENT = {"en": 2.2, "fr": 2.2, "es": 2.3, "pt": 2.3, "ar": 2.4, "ru": 2.6}
"""Of the words that are listed, as base 10 logarithm of the number in a thousand million words."""
NAMES_FROM = 3.0
"""Frequency from which a word is known without being in the dictionary: a name, for example."""
_WORD = {"ar": re.compile(r"[\u0621-\u064a]{2,}"), "ru": re.compile(r"[а-яё]{2,}")}
_LATIN_WORD = re.compile(r"[^\W\d_]{2,}")


def main() -> None:
    for code in stems.LANGUAGES:
        lines = make(code)
        path = lexicon.WORDS / f"{code}.txt.gz"
        path.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
        print(f"{path.name}: {len(lines)} words, {path.stat().st_size} bytes")
    (lexicon.WORDS / "han.txt").write_text(_simplified(), encoding="utf-8")


def make(code: str) -> list[str]:
    """Return the lines of a language: first forms with their word, or with ``=`` their stem; then all other words."""
    dictionary = DefaultDictionaryFactory().get_dictionary(code)
    united = _united(code)
    lemmas: dict[str, str] = {}
    frequencies: dict[str, float] = {}
    known = set()
    verbal_nouns = set()
    for written, frequency in _words(code):
        form = folding.fold(written)
        lemma = dictionary.get(written) or dictionary.get(written.capitalize())
        if lemma or (frequency >= NAMES_FROM and code != arabic.CODE):
            known.add(form)
        lemma = folding.fold(lemma or written)
        if form not in lemmas:  # the most frequent of the words that are the same without accents
            lemma = _regular(code, form, dictionary) or lemma
            if written.startswith("إ"):
                verbal_nouns.add(form)  # no plural: those begin with أ
            lemmas[form] = united.get(form, united.get(lemma, lemma))
            frequencies[form] = frequency
    distinct = _distinct(code)
    lemmas |= _plurals(code, lemmas, distinct)
    lemmas |= _derived(code, {form: lemma for form, lemma in lemmas.items() if form not in verbal_nouns}, frequencies)
    lines, others = [], []
    for form in sorted(known):
        lemma = form if form in distinct else lemmas[form]
        if code == arabic.CODE:
            lemma = form if _is_of_a_verb(form, lemma) else lemma
            if form.startswith("ال") and form not in united:
                if form[2:] in lemmas:
                    continue
                form = form[2:]
        if lemma in distinct:
            lines.append(f"{form} {lemma}=")
        elif _rule_stem(code, form) != _rule_stem(code, lemma):
            lines.append(f"{form} {lemma}")
        else:
            others.append(form)
    # Without the article, Arabic forms occur twice.
    return [*dict.fromkeys(lines), "", *dict.fromkeys(others)]


def _words(code: str) -> Iterator[tuple[str, float]]:
    """The words of a language with their frequencies, the most frequent first."""
    pattern = _WORD.get(code, _LATIN_WORD)
    frequencies = wordfreq.get_frequency_dict(code, wordlist="large")
    for word, frequency in sorted(frequencies.items(), key=lambda item: (-item[1], item[0])):
        zipf = math.log10(frequency) + 9
        if zipf >= LEAST_FREQUENT[code] and pattern.fullmatch(word):
            yield word, zipf


def _rule_stem(code: str, word: str) -> str:
    """The stem of a word without the lexicon, which is being made."""
    return arabic.light_stem(word) if code == arabic.CODE else stems.by_rules(code, word)


_REGULAR = {
    "fr": (("ives", "if"), ("ive", "if"), ("trices", "teur"), ("trice", "teur"), ("euses", "eur"), ("euse", "eur")),
    "es": (("ces", "z"),),
    "pt": (("is", "il"), ("eis", "el"), ("ais", "al"), ("ois", "ol"), ("ns", "m")),
}
_DIMINUTIVES = {
    "es": re.compile("(.{2,})(c?it|guit|quit)([oa])s?"),
    "pt": re.compile("(.{2,})(z?inh)([oa])s?"),
}


def _regular(code: str, form: str, dictionary: Mapping[str, str]) -> str:
    """The word of which a regular form is, where the dictionary takes the form for one of another word."""
    for ending, replacement in _REGULAR.get(code, ()):
        word = form.removesuffix(ending) + replacement
        if form.endswith(ending) and len(word) > len(replacement) + 1 and _is_lemma(word, dictionary):
            return word
    return ""


_PARTICIPLES = {
    "fr": re.compile(".{2,}(?:ee?|ue?|ite?|ie)"),
    "es": re.compile(".{2,}[ai]d[oa]"),
    "pt": re.compile(".{2,}[ai]d[oa]"),
}


def _plurals(code: str, lemmas: Mapping[str, str], distinct: set[str]) -> dict[str, str]:
    """Plural → the word of its singular, where the dictionary takes the two for forms of different words.

    Only of participles, and of words that are kept apart from others: another plural may be a word of its own.
    """
    if code not in _PARTICIPLES:
        return {}
    return {
        f"{form}s": form if form in distinct else lemma
        for form, lemma in lemmas.items()
        if f"{form}s" in lemmas and f"{form}s" not in distinct
        if form in distinct or (lemma != form and _PARTICIPLES[code].fullmatch(form))
    }


def _is_lemma(word: str, dictionary: Mapping[str, str]) -> bool:
    return dictionary.get(word) == word


def _derived(code: str, lemmas: Mapping[str, str], frequencies: Mapping[str, float]) -> dict[str, str]:
    """Word → the word that it is derived from: who does something → what they do, a diminutive → its noun."""
    excluded = {word for words in _lists("underived.txt", code) for word in words}
    found = {}
    for word, lemma in lemmas.items():
        if word in excluded or lemma in excluded:
            continue
        for candidate, least in _origins(code, word, lemma, lemmas):
            if frequencies.get(candidate, 0) >= least(frequencies[word]):
                found[word] = lemmas[candidate]
                break
    return found


def _origins(
    code: str, word: str, lemma: str, lemmas: Mapping[str, str]
) -> Iterator[tuple[str, Callable[[float], float]]]:
    """Words of which ``word`` may be derived, each with the frequency that it needs, given that of ``word``."""
    if code == "en" and (agent := re.fullmatch("(.{2,})[eo]r", lemma)):
        for verb in (agent[1], f"{agent[1]}e"):
            if len(verb) > 2 and lemmas.get(f"{agent[1]}ing") == verb:
                yield verb, lambda frequency: 3.0
    if code == arabic.CODE and word == lemma:
        for singular in _singulars(word):
            if lemmas.get(singular) == singular:
                yield singular, lambda frequency: frequency - 0.3
    if code in _DIMINUTIVES and (small := _DIMINUTIVES[code].fullmatch(word)):
        start, ending, gender = small[1], small[2], small[3]
        start += {"guit": "g", "quit": "c"}.get(ending, "")
        for noun in (start + gender, f"{start}e", start, start + ("a" if gender == "o" else "o")):
            if len(noun) > 2:
                yield noun, lambda frequency: max(frequency + 0.7, 3.5)


def _is_of_a_verb(form: str, verb: str) -> bool:
    """Whether the dictionary derives an Arabic noun (of place, agent or action) from its verb: another word for us."""
    is_action = len(form) > 4 and form[-2] == "ا" and form[:-2] + form[-1] == verb
    return is_action or (form[0] in "مت" and verb[0] != form[0] and not _is_present(form, verb))


def _is_present(form: str, verb: str) -> bool:
    """Whether ``form`` is "she does" of a verb whose nouns do not look like that."""
    if form[0] != "ت":
        return False
    is_of_long_verb = verb == f"ا{form[1:]}" or (form[1:] == verb and len(verb) == 4 and verb[1] == "ا")
    return is_of_long_verb or (len(form) == 4 and form[2] in "وي" and verb[-2] == "ا")


# Patterns of plurals → singulars, of folded words.
_BROKEN_PLURALS = [
    (re.compile(pattern), singulars)
    for pattern, singulars in (
        ("م(.)ا(.)(.)", (r"م\1\2\3", r"م\1\2\3ه")),
        ("م(.)ا(.)ي(.)", (r"م\1\2و\3", r"م\1\2ا\3", r"م\1\2ي\3")),
        ("ت(.)ا(.)ي(.)", (r"ت\1\2ي\3",)),
        ("(.)وا(.)(.)", (r"\1ا\2\3", r"\1ا\2\3ه")),
        ("(.)(.)اي(.)", (r"\1\2ي\3ه", r"\1\2ا\3ه", r"\1\2و\3ه")),
        ("(.)(.)ا(.)ي(.)", (r"\1\2\3و\4", r"\1\2\3ا\4", r"\1\2\3ي\4")),
        ("(.)(.)ا(.)([^هي])", (r"\1\2\3\4", r"\1\2\3\4ه")),
        ("ا(.)(.)ا([^هي])", (r"\1\2\3", r"\1\2ي\3")),
        ("(.)(.)و\\2", (r"\1\2",)),
        ("(.)(.)و(.)", (r"\1\2\3",)),
    )
]


def _singulars(form: str) -> Iterator[str]:
    """What may be the singular of an Arabic word, by the patterns of plurals."""
    for pattern, singulars in _BROKEN_PLURALS:
        if match := pattern.fullmatch(form):
            yield from (match.expand(singular) for singular in singulars)


def _lists(name: str, code: str) -> list[list[str]]:
    """The lines of a hand-written list of one language."""
    lines = (lexicon.WORDS / name).read_text(encoding="utf-8").splitlines()
    return [line.partition(": ")[2].split() for line in lines if line.startswith(f"{code}: ")]


def _united(code: str) -> dict[str, str]:
    """Word → the word that stands for it, where the dictionary has two."""
    return {word: first for first, *others in _lists("united.txt", code) for word in others}


def _distinct(code: str) -> set[str]:
    return {word for words in _lists("distinct.txt", code) for word in words}


def _simplified() -> str:
    """Lines of a Chinese or Japanese character and its simplified form, where it has another."""
    steps = [opencc.OpenCC(name).convert for name in ("jp2t", "tw2t", "hk2t", "t2s")]
    lines = []
    for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0x20000, 0x2EBE0)):
        character = simple = chr(code)
        for step in steps:
            simple = step(simple)
        # Not simplified: 着 is also a simplified character of its own.
        if simple != character and len(simple) == 1:
            lines.append(f"{character}{simple}\n")
    return "".join(lines)


if __name__ == "__main__":
    main()
