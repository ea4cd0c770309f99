"""The reading of Chinese names, by which they are sorted: one syllable of pinyin for each character, without tones."""

import re

from anyascii import anyascii

HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
# Characters that are read otherwise in names of places than in most words, and names with such a character.
READINGS = {
    "重庆": "chong qing",
    "厦门": "xia men",
    "柏林": "bo lin",
    "秘鲁": "bi lu",
    "蚌埠": "beng bu",
    "大埔": "da bu",
    "番禺": "pan yu",
    "六安": "lu an",
    "乐清": "yue qing",
    "乐亭": "lao ting",
    "东阿": "dong e",
    "铅山": "yan shan",
    "尉犁": "yu li",
    "莎车": "sha che",
    "黄陂": "huang pi",
    "单县": "shan xian",
    "行唐": "xing tang",
    "长": "chang",
    "都": "du",
}
_NAMES = re.compile("|".join(READINGS))


def pinyin(name: str) -> str:
    """The reading of a name, syllable by syllable: 重庆 → "chong qing", 科克 → "ke ke". Latin letters stay."""
    name = _NAMES.sub(lambda match: f" {READINGS[match[0]]} ", name)
    return " ".join(anyascii(HAN.sub(r" \g<0> ", name)).casefold().split())
