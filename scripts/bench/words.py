"""Invented languages, with word frequencies like those of real ones.

The frequencies follow Zipf's law: the n-th most frequent word is n times rarer than the first. This
determines how many documents a search has to read.
"""

import random
from functools import cache
from itertools import accumulate

WORDS = 20_000
# Consonants and vowels of syllables. Chinese words are one or two of the characters in HAN.
SYLLABLES = {
    "en": ("b c d f g h l m n p r s t w th st", "a e i o u ea oo"),
    "fr": ("b c d f g j l m n p qu r s t v", "a e é è i o ou eau"),
    "es": ("b c d f g j l m n ñ p r s t v", "a e i o u ía ó"),
    "pt": ("b c d f g lh m n nh p r s t v", "a e i o u ã ção"),
    "ar": ("ب ت ج ح د ر س ش ص ط ع ف ق ك ل م ن ه", "ا و ي ة"),
    "ru": ("б в г д з к л м н п р с т ч ш", "а е и о у ы я ё"),
}
HAN = [chr(0x4E00 + number) for number in range(3_000)]


class Language:
    """A vocabulary with its frequencies. It is always the same for a code."""

    def __init__(self, code: str):
        self.code = code
        self.separator = "" if code == "zh-hans" else " "
        self.stop = "。" if code == "zh-hans" else "."
        self.words = _vocabulary(code)
        self._frequencies = list(accumulate(1 / rank for rank in range(1, WORDS + 1)))

    def draw(self, chance: random.Random, count: int) -> list[str]:
        """Return `count` words of running text."""
        return chance.choices(self.words, cum_weights=self._frequencies, k=count)

    def sentence(self, chance: random.Random, count: int) -> str:
        """Return a sentence of `count` words."""
        return self.separator.join(self.draw(chance, count)).capitalize() + self.stop

    def text(self, chance: random.Random, sentences: int) -> str:
        """Return sentences of 6 to 24 words."""
        return " ".join(self.sentence(chance, chance.randint(6, 24)) for _number in range(sentences))


@cache
def language(code: str) -> Language:
    """Return the invented language for a code of the settings."""
    return Language(code)


def _vocabulary(code: str) -> list[str]:
    chance = random.Random(f"words of {code}")
    consonants, vowels = ([], []) if code == "zh-hans" else (letters.split() for letters in SYLLABLES[code])
    words: dict[str, None] = {}
    while len(words) < WORDS:
        if code == "zh-hans":
            syllables = chance.choices(HAN, k=chance.randint(1, 2))
        else:
            syllables = [chance.choice(consonants) + chance.choice(vowels) for _number in range(chance.randint(2, 4))]
        words["".join(syllables)] = None
    return list(words)
