"""The Sustainable Development Goals as people write them: "SDG 4", "ODD4", «ЦУР-4», «可持续发展目标4» are one code.

Each of them gets the same term in the analysis of every language, so that all of them find the same. A number
after a point is that of a target, as in "SDG 4.7", and is left out.
"""

import re
from typing import NamedTuple

from search_engines.folding import HAN

_GOAL = "sdg"
# Names that mean nothing else, and words that do so only before a number of a goal.
_NAMES = (
    r"sdgs?|odd|ods|цур|(?:sustainable development|global) goals?|objectifs? d[eu] d[ée]veloppement durable",
    r"objetivos? de desarrollo sostenible|obje(?:c)?tivos? d[eo] desenvolvimento sustent[áa]vel",
    r"цел(?:ь|и|ю|ью|ей|ям|ях) (?:в области )?устойчивого развития",
    r"(?:ال)?هدف (?:من أهداف )?التنمية المستدامة|[أا]هداف التنمية المستدامة",
    r"可持[续續][发發]展目[标標]|永[续續][发發]展目[标標]",
)
_WORDS = r"goals?|objectifs?|obje(?:c)?tivos?|цел(?:ь|и|ю|ью)|(?:ال)?هدف|目[标標]"
_BETWEEN = r"[ \u00a0\u202f\-\u2010\u2011\u2013]{0,2}(?:(?:n[°ºo]|n\.º|no\.|№|#|رقم|number)[ \u00a0\u202f]?)?"
_LETTER = rf"[^\W_{HAN}]"
# A name is looked for before each number, because texts have few of them.
_NUMBER = re.compile(rf"(?<![\d.,])(\d{{1,2}})(?:\.(?:\d{{1,2}}|[a-d]))?(?!{_LETTER})", re.IGNORECASE)
_BEFORE = re.compile(rf"(?<!{_LETTER})(?:(?P<name>{'|'.join(_NAMES)})|{_WORDS}){_BETWEEN}$", re.IGNORECASE)
_LONGEST = 60
_GOALS = range(1, 18)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


class Code(NamedTuple):
    """A code in a text; ``start`` and ``end`` are the offsets of what is written there."""

    term: str
    start: int
    end: int


def codes(text: str) -> list[Code]:
    """Return the codes that a text (NFC) contains, in their order."""
    text = text.translate(_WIDE)
    found = []
    for match in _NUMBER.finditer(text):
        number = int(match[1])
        before = _BEFORE.search(text, max(0, match.start() - _LONGEST), match.start())
        if before and (before["name"] or number in _GOALS):
            found.append(Code(f"{_GOAL}{number}", before.start(), match.end()))
    return found


def without_codes(text: str) -> str:
    """Return the text with spaces in the place of its codes."""
    for code in codes(text):
        text = text[: code.start] + " " * (code.end - code.start) + text[code.end :]
    return text


def whole_code(text: str) -> str:
    """Return the term of a text that is one code and nothing else; "" for any other."""
    return next((code.term for code in codes(text) if (code.start, code.end) == (0, len(text))), "")
