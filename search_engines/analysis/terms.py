"""From text to terms, for the indexes of both engines and for searches in them.

Documents and searches go through the same functions. The rules, in order:

* A piece is a run of Han characters, or a run of letters, digits and combining marks of any other
  script. All other characters separate pieces, hyphens and apostrophes included.
* Words that a hyphen joins, and names with an apostrophe, are also found as one word: ``life-long`` as
  ``lifelong``, ``N'Djamena`` as ``Ndjamena``. French elision needs no rule, because ``l``, ``d`` and
  ``qu`` are stop words. Words with an umlaut are also found as Germans write them without one:
  ``Münster`` as ``Muenster``.
* Han characters get their simplified forms; runs become overlapping pairs; a single character stays as
  it is.
* Words are folded *before* stemming (`search_engines.folding`), so that case, accents, width and
  variants of letters change nothing. Then they get their stem (`search_engines.analysis.stems`). A word
  in another script than its text is stemmed as English, Russian or Arabic.
* Stop words come with Tantivy; those that it lacks are listed here, and those of its own that mean something:
  "life", "person" and "state" are what readers look for.
* Codes of goals, such as "SDG 4", have a term of their own beside those of their words (`analysis.codes`).
* Every other language is the fallback: words are folded, but not stemmed, and there are no stop words. So
  words are found in the form in which they are written. Languages that put no spaces between words,
  other than Chinese and Japanese, are found by whole runs of letters only.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from search_engines.analysis import rules, stems
from search_engines.analysis.codes import codes
from search_engines.folding import (
    HAN,
    WORD,
    fold_simple,
    is_han,
    script_of,
    simplified_han,
    simplify,
    written_out,
)

VERSION = 9
"""Increase it with every change that makes other terms of the same text: indexes are then rebuilt."""

CACHED_WORDS = 200_000
NEAR = "~"
"""Before near stems, which are among the forms."""
NEUTRAL = "names"
"""Analysis without a language, for names: words are folded, not stemmed, and none is a stop word."""

# The script of each language with rules, and the language whose rules a word in another script gets.
_OWN_SCRIPT = dict.fromkeys(stems.LANGUAGES, "latin") | {"ar": "arabic", "ru": "cyrillic", "zh": "han"}
_SCRIPT_LANGUAGE = {"latin": "en", "cyrillic": "ru", "arabic": "ar"}
_EXTRA_STOPS = {
    "en": "s t d m ll re ve",
    "fr": "l d j qu n s t c m jusqu lorsqu puisqu quoiqu",
    "pt": "d",
    "ru": "который которая которое которые которого которой которых которому которым которую которыми "
    "котором свой своя свое свои своего своей своих своему своим свою своими своем ваш ваша ваше "
    "ваши вашего вашей ваших вашему вашим вашу вашими вашем наш наша наше наши нашего нашей наших "
    "нашему нашим нашу нашими нашем мой моя мое мои моего моей моих моему моим мою моими моем твой "
    "твоя твое твои этот эта это эти этого этой этих этому этим эту этими этом тот та то те того той "
    "тех тому тем ту теми том такой такая такое такие такого таких такому таким такую такими таком "
    "сам сама само сами самого самой самих самому самим саму какой какая какое какие какого каких "
    "какому каким какую какими каком весь вся все всего всей всех всему всем всю всеми себя себе "
    "собой",
    "ar": "من في على الى عن مع حتى منذ خلال حول دون بدون بين بعد قبل عند لدى ضد نحو ب ل ك و ف ان أن إن انه "
    "انها انهم انك انني اننا بان بانه بانها لان لانه لانها لانهم كان كانت كانوا يكون تكون يكونون ما "
    "ماذا لماذا متى اين كيف هل كم اي اية لا لم لن ليس ليست قد لقد او ام ثم بل غير لكن لكنه لكنها اذا "
    "اذ اذن لو لولا كما كل كلا بعض ايضا فقط مثل مما عما ممن فيما بينما عندما حين حيث كلما هذا هذه "
    "هذان هذين هؤلاء ذلك تلك ذلكم هكذا كذلك لذلك لذا بذلك بهذا بهذه لهذا لهذه التي الذي الذين اللذين "
    "اللتين اللاتي هو هي هم هن هما نحن انت انتم انا هناك هنا به بها بهم بهما بهن بنا بك بكم بي له "
    "لها لهم لهما لهن لنا لك لكم لي فيه فيها فيهم فيهما فينا فيك منه منها منهم منهما منهن منا منك "
    "منكم عليه عليها عليهم عليهما علينا عليك عليكم اليه اليها اليهم الينا اليك اليكم عنه عنها عنهم "
    "عنا عنك معه معها معهم معنا معك معكم لديه لديها لديهم لدينا لديك لديكم بينه بينها بينهم بيننا "
    "بينهما",
}
_NO_STOPS = {"es": frozenset(("estado", "estados")), "ru": frozenset(("человек", "жизнь"))}
_NO_CONJUNCTION = frozenset(("فهم", "فلك", "فلم", "فعلي", "فكل", "وهم", "ولي"))
"""Understanding, astronomy, film, actual, illusion, guardian: not "and" or "so" before a stop word."""
HYPHENS = "-\u2010\u2011"
APOSTROPHES = "'\u2018\u2019\u02bc`´"
CHAINED = re.compile(f"{WORD.pattern}(?:[{HYPHENS}{APOSTROPHES}]{WORD.pattern})*+|[{HAN}]+")
_LINK = re.compile(f"[{HYPHENS}{APOSTROPHES}]")
# What an apostrophe follows or precedes without making a name: elisions, contractions and the possessive.
_ELISIONS = "l d j qu n s t c m jusqu lorsqu puisqu quoiqu un all dall dell nell sull"
_ELIDED = frozenset(_ELISIONS.split())
_CONTRACTED = frozenset(("s", "t", "d", "m", "ll", "re", "ve"))
_LONGEST_CHAIN = 4


class Token(NamedTuple):
    """One term at one position of a text; ``start`` and ``end`` are offsets into the original."""

    term: str
    position: int
    start: int
    end: int
    stop: bool
    others: tuple[str, ...] = ()
    """Other terms at the same position."""


def analysis_code(language: str) -> str:
    """The code of the analysis for a language: its main code, ``zh`` for ``zh-hans``."""
    return language.partition("-")[0].lower()


def prefixed(code: str, term: str) -> str:
    """The term as the shared fields of the embedded index hold it: after the code of its analysis."""
    return f"{code}:{term}"


class Piece(NamedTuple):
    """The result for one word or one Han run."""

    terms: tuple[str, ...]
    """The terms that find it: one stem, or overlapping pairs."""
    forms: tuple[str, ...]
    """Terms that only add to the score: the folded word in one spelling, or single Han characters.

    The form that was typed scores higher than other forms with the same stem; in Chinese, single
    characters score where the pairs are others. Where the stem stands for a family of words, the near
    stem is another of them, after `NEAR`: ``politics`` scores higher than ``politician``.
    """
    stop: bool = False
    others: tuple[str, ...] = ()
    """Other terms that find it: of the compound or code that it begins, of other spellings."""


def pieces(text: str, code: str) -> Iterator[Piece]:
    """The pieces of ``text`` (NFC) by the analysis ``code``, stop words included."""
    coded = codes(text)
    if not coded:
        for written in CHAINED.findall(text):
            yield from _chain(written, code)
        return
    for chain in CHAINED.finditer(text):
        found = list(_chain(chain[0], code))
        for named in coded:
            if chain.start() <= named.start < chain.end():
                _also_found_by(named.term, found)
        yield from found


def tokens(text: str, code: str) -> list[Token]:
    """The terms of :func:`pieces` with their positions and offsets."""
    found: list[Token] = []
    for chain in CHAINED.finditer(text):
        written, start = chain[0], chain.start()
        if is_han(written):
            for offset, pair in enumerate(_han_run(written).terms, start):
                found.append(Token(pair, len(found), offset, offset + len(pair), False))
        else:
            analysed = zip(WORD.finditer(written), _chain(written, code), strict=True)
            for match, word in analysed:
                first, last = start + match.start(), start + match.end()
                found.append(Token(word.terms[0], len(found), first, last, word.stop, word.others))
    return found


def words_by_term(texts: Iterable[str], code: str) -> dict[str, list[str]]:
    """Term → the different words of ``texts`` with that term, as they are written; without Han runs.

    Of a code it is the first word: a word has no space.
    """
    texts = list(texts)
    found: dict[str, list[str]] = {}
    for written in dict.fromkeys(chain for text in texts for chain in CHAINED.findall(text)):
        if is_han(written):
            continue
        for word, piece in zip(WORD.findall(written), _chain(written, code), strict=True):
            _add(found, piece.terms[0], word)
            for term in piece.others:
                _add(found, term, word if term in _spellings(word, code) else written)
    for text in texts:
        for named in codes(text):
            if word := WORD.match(text, named.start):
                _add(found, named.term, word[0])
    return found


def _add(found: dict[str, list[str]], term: str, word: str) -> None:
    words = found.setdefault(term, [])
    if word not in words:
        words.append(word)


def joined(words: list[str], code: str) -> str:
    """The term of ``words`` written as one."""
    return _word("".join(words), code).terms[0]


@lru_cache(maxsize=CACHED_WORDS)
def _chain(written: str, code: str) -> tuple[Piece, ...]:
    """The pieces of a word, of a Han run, or of words joined by hyphens and apostrophes."""
    if is_han(written):
        return (_han_run(written),)
    words = WORD.findall(written)
    if len(words) == 1:
        return (_word(written, code),)
    found = _parts(words, written, code)
    if len(words) <= _LONGEST_CHAIN and _is_one_word(words, _LINK.findall(written)):
        _also_found_by(joined(words, code), found)
    return tuple(found)


def _also_found_by(term: str, found: list[Piece]) -> None:
    """Add a term to the first of the pieces that is no stop word: those are left out, with all that finds them."""
    place = next((place for place, piece in enumerate(found) if not piece.stop), 0)
    if term not in found[place].terms:
        found[place] = found[place]._replace(others=(*found[place].others, term))


def _parts(words: list[str], written: str, code: str) -> list[Piece]:
    """The words of a chain. Portuguese verbs lose their last letter before ``-lo``: ``fazê-lo`` is ``fazer``."""
    if code == "pt" and len(words) == 2 and words[1].lower() in _LO and written[len(words[0])] in HYPHENS:
        words = [f"{words[0]}r", words[1]]
    return [_word(word, code) for word in words]


_LO = frozenset(("lo", "la", "los", "las"))


def _is_one_word(words: list[str], links: list[str]) -> bool:
    """Whether words and what links them are one word or name: not an elision, a contraction or a possessive."""
    if any(link in HYPHENS for link in links):
        return not all(word.isdecimal() for word in words)
    *starts, last = words
    is_name = last[0].isupper() or not any(word.lower() in _ELIDED for word in starts)
    return is_name and last.lower() not in _CONTRACTED


def _han_run(run: str) -> Piece:
    """Overlapping pairs of a run of Han characters; a single character stays as it is."""
    simple = simplified_han(run)
    pairs = tuple(simple[i : i + 2] for i in range(len(simple) - 1))
    return Piece(pairs or (simple,), tuple(simple))


@lru_cache(maxsize=CACHED_WORDS)
def _word(word: str, code: str) -> Piece:
    simple = simplify(word)
    code = _code_for(simple, code)
    form = fold_simple(simple) or word
    term = _term(form, code)
    return Piece((term,), _forms(form, term, code), _is_stop(code, simple), _spellings(word, code))


def _forms(form: str, term: str, code: str) -> tuple[str, ...]:
    """The folded word in one spelling, and its near stem if that is not its term."""
    form = rules.in_one_spelling(code, form)
    near = stems.near_stem(code, form) if code in stems.LANGUAGES else term
    return (form,) if near == term else (form, NEAR + near)


def _spellings(word: str, code: str) -> tuple[str, ...]:
    """The term of a word with its umlauts written out, if it has any."""
    simple = simplify(word)
    spelt = written_out(simple)
    return () if spelt == simple else (_term(fold_simple(spelt), _code_for(simple, code)),)


def _term(form: str, code: str) -> str:
    return (stems.stem(code, form) if code in stems.LANGUAGES else form) or form


def _code_for(simple: str, code: str) -> str:
    """The analysis for a word: another one for a word in another script than the language."""
    script = script_of(simple)
    if code in _OWN_SCRIPT and script != _OWN_SCRIPT[code]:
        return _SCRIPT_LANGUAGE.get(script, code)
    return code


def is_stop_word(word: str, code: str) -> bool:
    """Whether a word is a stop word in the analysis ``code``."""
    return _word(word, code).stop


def _is_stop(code: str, word: str) -> bool:
    if word in _extra_stops(code):
        return True
    if word in _NO_STOPS.get(code, ()):
        return False
    if code == "ar" and word.startswith(("و", "ف")) and word not in _NO_CONJUNCTION:
        return word[1:] in _extra_stops(code)  # "and" and "so" are written in one with the next word
    return code in stems.SNOWBALL and not _stop_words(code).analyze(word)


@lru_cache
def _extra_stops(code: str) -> frozenset[str]:
    return frozenset(simplify(word) for word in _EXTRA_STOPS.get(code, "").split())


@lru_cache
def _stop_words(code: str):
    """Tantivy's stop words of a language, as an analyzer of one word."""
    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stopword(stems.SNOWBALL[code])).build()
