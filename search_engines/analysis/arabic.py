"""Stems of folded Arabic words: without article, prefixed particles, attached pronouns, and endings.

A light stemmer after Larkey, Ballesteros and Connell (2007), "Light Stemming for Arabic Information Retrieval".
A particle of one letter is removed only before the article or if a known word remains, because many words
begin with that letter.
"""

import re
from collections.abc import Iterator

from search_engines.analysis import lexicon

CODE = "ar"
_SHORTEST = 3
# Particles with the article, and the article: "and the", "by the", "like the", "so the", "for the".
_ARTICLE = re.compile("^(?:و|ف)?(?:ال|بال|كال|لل)")
# Words that look like "and the" or "the" before another one: father, parents, governor, god, thousand.
_NO_ARTICLE = re.compile("وال(?:د(?:ي|ين|ان|ه|ها|هم|نا|ك|ات|ته|تها|تي)?|ي)|ال[هف]")
_PARTICLES = re.compile("^(?:[وف]?[بلك]|[وف]|[وف]?س)")
# Those that are hardly ever the end of a word.
_LONG_PRONOUNS = re.compile("(?:هما|كما|هم|هن|ها|كم|نا)$")
# Those that are it in a word that is known as it is: participant, control.
_ENDS_LIKE_PRONOUNS = ("هم", "كم", "هن")
_VERBAL_ENDINGS = re.compile("(?:ون|ان|ين|وا)$")
_PRONOUNS = re.compile("(?:هما|كما|هم|هن|ها|كم|كن|نا|ه|ك|ي|ني)$")
_LONG_ENDINGS = ("ويات", "يات", "تان", "تين", "يون", "يين", "ويه")
_ENDINGS = (*_LONG_ENDINGS, "يا", "ات", "ون", "ين", "ان", "وا", "وي", "يه", "ه", "ي", "ا")


def stem(word: str) -> str:
    """Return the stem of a folded word."""
    word = without_clitics(word)
    found = lexicon.entry(CODE, word) or (_entry_of_verb(word) if word.startswith("ي") else None)
    if not found:
        return _without_endings(word)
    return found.word if found.is_final else _without_endings(found.word)


def _entry_of_verb(word: str) -> lexicon.Entry | None:
    """What the lexicon says of "he does" for "they do"."""
    return lexicon.entry(CODE, _VERBAL_ENDINGS.sub("", word))


def light_stem(word: str) -> str:
    """Return the stem of a folded word without the lexicon: without article and endings."""
    return _without_endings(without_article(word))


def without_clitics(word: str) -> str:
    """Return the word without article, particles, pronouns and the prefix of a verb."""
    bare = without_article(word)
    if bare != word:
        return bare
    if lexicon.entry(CODE, word):
        return word
    candidates = [*_without_verbal_prefix(word), word, *_candidates(word)]
    if not (_is_known(word) and word.endswith(_ENDS_LIKE_PRONOUNS)):
        candidates = [*_without_pronoun(word, _LONG_PRONOUNS), *candidates]
    return next((candidate for candidate in candidates if _is_known(candidate)), word)


def without_article(word: str) -> str:
    """Return the word without the article and the particles before it."""
    if _NO_ARTICLE.fullmatch(word):
        return word
    bare = _ARTICLE.sub("", word)
    return bare if len(bare) >= _SHORTEST - 1 else word


def _candidates(word: str) -> Iterator[str]:
    """The word without a pronoun, without a particle, and without both."""
    starts = [word]
    if (bare := _PARTICLES.sub("", word)) != word:
        starts.append(bare)
        if word[0] in "وف" and bare != word[1:]:
            starts.append(word[1:])
    for start in starts:
        yield start
        yield from _without_pronoun(start, _PRONOUNS)


def _without_pronoun(word: str, pronouns: re.Pattern) -> Iterator[str]:
    """The word without its pronoun, before which ه is written as ت."""
    if (without := pronouns.sub("", word)) != word:
        with_its_end = [without[:-1] + "ه"] if without.endswith("ت") else []
        # A word of three letters is more often one with a ت of its own: house.
        yield from [without, *with_its_end] if len(without) <= _SHORTEST else [*with_its_end, without]


def _without_verbal_prefix(word: str) -> Iterator[str]:
    """The past of a verb in the present: ``he learns``, ``they learn``, ``we learn``."""
    if word.startswith(("سي", "سن")) and not _is_known(word):
        word = word[1:]
    if word.startswith("ي") and len(word) > _SHORTEST:
        yield word[1:]
        yield _VERBAL_ENDINGS.sub("", word[1:])
    elif word.startswith("ن") and len(word) > _SHORTEST + 1:
        yield word[1:]


def _is_known(word: str) -> bool:
    return len(word) >= _SHORTEST and word in lexicon.known(CODE)


def _without_endings(word: str) -> str:
    """Without the longest ending that leaves three letters; ه and the ي of an adjective may leave two."""
    if len(word) == _SHORTEST and (word.endswith("ه") or (word.endswith("ي") and _is_known(f"{word[:-1]}ه"))):
        return word[:-1]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word.removesuffix(ending)
    return word
