"""From a folded word to its stem, in the languages with rules.

All stems of both engines are made here. Three sources, in this order:

1. The lexicon: irregular forms, words that only look related, and families of related words.
2. The rules of ``rules.py``: regular plurals, spellings and derivations that Snowball gives another stem.
3. The Snowball stemmers that come with Tantivy; for Arabic the rules of ``arabic.py``.
"""

from functools import cache, lru_cache

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from search_engines.analysis import arabic, lexicon, rules
from search_engines.folding import fold_latin

SNOWBALL = {"en": "english", "fr": "french", "es": "spanish", "pt": "portuguese", "ru": "russian"}
LANGUAGES = (*SNOWBALL, "ar")
"""Languages with stems."""
CACHED_WORDS = 200_000


@lru_cache(maxsize=CACHED_WORDS)
def stem(code: str, word: str) -> str:
    """Return the stem of a folded word in a language of `LANGUAGES`."""
    found = lexicon.entry(code, word) or lexicon.entry(code, rules.base(code, word)) or lexicon.Entry(word, False)
    made = found.word if found.is_final else by_rules(code, found.word)
    return _families(code).get(made, made)


def by_rules(code: str, word: str) -> str:
    """Return the stem of a folded word without the lexicon."""
    if code == "ar":
        return arabic.stem(word)
    return rules.shortened(code, _snowball_stem(code, rules.prepared(code, word)))


def _snowball_stem(code: str, word: str) -> str:
    stems = _snowball(code).analyze(word)
    return fold_latin(stems[0] if stems else word)


def near_stem(code: str, word: str) -> str:
    """Return the stem of a folded word without lexicon and derivations: fewer words have the same."""
    return arabic.light_stem(word) if code == arabic.CODE else _snowball_stem(code, word)


@cache
def _families(code: str) -> dict[str, str]:
    """Stem → the stem of the first word of its family."""
    found: dict[str, str] = {}
    for first, *others in lexicon.families(code):
        united = _own_stem(code, first)
        united = found.get(united, united)
        found |= {_own_stem(code, other): united for other in others}
    return found


def _own_stem(code: str, word: str) -> str:
    """The stem of a word that is no form of another one."""
    found = lexicon.entry(code, word)
    return found.word if found and found.is_final else by_rules(code, word)


@cache
def _snowball(code: str):
    """Tantivy's stemmer of a language, as an analyzer of one word."""
    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer(SNOWBALL[code])).build()
