"""Suffix rules that come before Snowball, for words without accents.

They are applied to every word alike, so what matters is only that related words become the same: "exercise"
becomes "exercize" whenever it occurs.
"""

import re
from collections.abc import Callable

Replacement = str | Callable[[re.Match], str]
Rule = tuple[re.Pattern, Replacement]


def _compiled(*rules: tuple[str, Replacement]) -> list[Rule]:
    return [(re.compile(pattern), replacement) for pattern, replacement in rules]


# British spellings become American ones.
_SPELLINGS: list[Rule] = _compiled(
    (r"lys(?:is|es?|ed|ing)$", "lyze"),
    (r"(?<=...)is(e|ed|es|er|ers|ing|ation|ations|ational|able)$", r"iz\1"),
    (r"(behavi|col|fl?av|harb|hon|hum|lab|neighb|rum|endeav|vap|od|savi|glam|arm|tum|vig|rig|ferv|cand)our", r"\1or"),
    (r"(cent|theat|met|lit|fib|calib|spect|somb|lust|meag|sab)re(s|d)?$", r"\1er\2"),
    (r"([aeiou][a-z]+?)(ell|all|oll|ill|ull)(?=(?:ing|ed|ors?|ers?|ous|ery|en)$)", lambda m: m[1] + m[2][:-1]),
    (r"programmes?$", "program"),
    (r"(def|off|lic|pret)ence(s|d)?$", r"\1ense\2"),
    (r"logue(s|d)?$", r"log\1"),
    (r"^(p|encyclop|orthop)aed", r"\1ed"),
    (r"archae", "arche"),
    (r"^aesthe", "esthe"),
    (r"manoeuvre?", "maneuver"),
    (r"^oe(?=st|so|de)", "e"),
    (r"^foet", "fet"),
    (r"(?<=[aeiou])l(?=ful)", "ll"),
)
# Consonants that are no longer written.
_PORTUGUESE_SPELLINGS: list[Rule] = _compiled(
    (r"(?<=[aei])[cp](?=cao$|coes$|cion)", ""),
    (r"(?<=[ae])(?<!pa)c(?=t(?:[oau]|iv|r[oi]))", ""),
    (r"(?<=[odc])p(?=tim|tar|tad|ti[cm]|t[oa]s?$)", ""),
    (r"(?<=ba)p(?=ti)", ""),
)
_ENGLISH_DERIVATIONS = _compiled(
    (r"(?<=..)(?<!abdo|regi|reci)(?<!speci)(?<!acu|sta)men$", "man"),
    (r"(?<=[a-z]{3})(?<!fam)ily$", "y"),
    (r"(?<=.....)(?:ship|hood)s?$", ""),
    (r"crac(?:y|ies)$", "crat"),
    (r"ac(?:y|ies)$", "ate"),
    (r"(?<=gree)ments?$", ""),
    (r"(?<=cogn)itions?$", "ize"),
    (r"(?<=iv)ists?$", "e"),
    (r"(?<=...)(?:ou|eu)rial(?:ly|ism)?$", "eur"),
    (r"(?<=....ment)al(?:ly)?$", ""),
    (r"(?<=[a-z]b)ly$", "le"),
    (r"(gno|the|cho|mpho|neuro)ses$", r"\1sis"),
    (r"(?<=..)(graph|soph|log)(?:ers?|y|ies|ic|ical|ically|ists?)$", r"\1y"),
    (r"(?<=...)([ae])nc(?:y|ies)$", r"\1nt"),
)
# All rules of a language are tried, in order.
_RULES: dict[str, list[Rule]] = {
    "en": _SPELLINGS + _ENGLISH_DERIVATIONS,
    "fr": _compiled(
        (r"(?<=..[ai]bil)ites?$", "e"),
        (r"(?<=..)(a|i)bile$", r"\1ble"),
        (r"(?<=....)ennetes?$", "en"),
        (r"(?<=if)ications?$", "ier"),
        (r"(?<=..)(?<!publ)(?<!multipl)ications?$", "iquer"),
        (r"(?<=...)ations?$", "er"),
        (r"ivites?$", "if"),
        (r"euriats?$", "eur"),
        (r"ariats?$", "aire"),
        (r"arites?$", "aire"),
        (r"(?<=...)(?<!mil)(?<!ers)itaires?$", "ite"),
        (r"(?<=..)autaires?$", "aute"),
        (r"(?<=...ement)(?:al|ales?|aux)$", ""),
        (r"(?<=.)ersites?$", "ers"),
        (r"(?<=...)missions?$", "mettre"),
        (r"(?<=..)scriptions?$", "scrire"),
        (r"ivement$", "if"),
        (r"(?<=.....)ages?$", ""),
        (r"(?<=...)erent$", "èrent"),
        (r"(?<=...)ite(s?)$", r"ité\1"),
    ),
    "es": _compiled(
        (r"(?<=..[aeiou])ces$", "z"),
        (r"(?<=..)(dad|[aei]r|en)es$", r"\1"),
        (r"(?<=..)(a|i)bilidad$", r"\1ble"),
        (r"(?<=..)amente$", "o"),
        (r"(?<=..)emente$", "e"),
        (r"(?<=..[lrz])mente$", ""),
        (r"(?<=....)acion(?:es)?$", "ar"),
        (r"aridad$", "ario"),
        (r"(?<=..)icacion$", "icar"),
        (r"(?<=..al)dad$", ""),
        (r"(?<=...)([ae])dor(?:es|as?)?$", r"\1r"),
        (r"(?<=...)amientos?$", "ar"),
        (r"(?<=...)imientos?$", "er"),
        (r"(?<=dan)ias?$", "o"),
        (r"(?<=...)(?<!^cab)(?<!^cer)(?<!^cert)(?<!^cort)(?<!^cerv)(?<!^natural)ezas?$", "o"),
        (r"(?<=.)duj(?=[eo]|im|ist|er)\w+$", "ducir"),
        (r"(?<=.)duzc(?:o|as?|an|amos)$", "ducir"),
        (r"(?<=..)triz(?:es)?$", "tor"),
        (r"(?<=..[uoai])siv[oa]s?$", "sion"),
        (r"(?<=...(?:ur|on))al(?:es)?$", ""),
        (r"(?<=..stri)al(?:es)?$", "a"),
        (r"(?<=...ent)al(?:es)?$", "e"),
        (r"(?<=.[aei]r)(?:(?:se|me|te|nos|os)?l[oae]s?|se|nos)$", ""),
        (r"(?<=..ndo)(?:se|me|te|nos|os)?(?:l[oae]s?)?$", ""),
        (r"cion$", "ción"),
        (r"sion$", "sión"),
        (r"logia(s?)$", r"logía\1"),
    ),
    "pt": _PORTUGUESE_SPELLINGS
    + _compiled(
        (r"(?<=.)oes$", "ao"),
        (r"(?<=.)aes$", "ao"),
        (r"(?<=.)ais$", "al"),
        (r"(?<=..)(a|i)veis$", r"\1vel"),
        (r"(?<=.)eis$", "el"),
        (r"(?<=.)ois$", "ol"),
        (r"(?<=.)uis$", "ul"),
        (r"(?<=[aeiou])ns$", "m"),
        (r"(?<=..[rz])es$", ""),
        (r"(?<=..)amente$", "o"),
        (r"(?<=..)emente$", "e"),
        (r"(?<=..[lrz])mente$", ""),
        (r"(?<=..)(a|i)bilidades?$", r"\1vel"),
        (r"(?<=..al)dades?$", ""),
        (r"(?<=...)(?<!cri)ancas?$", "ar"),
        (r"(?<=...)amentos?$", "ar"),
        (r"(?<=...)imentos?$", "er"),
        (r"(?<=...)(?<!^cer)(?<!^cert)(?<!^natur)ezas?$", "o"),
        (r"ariedades?$", "ario"),
        (r"(?<=....)acao$", "ar"),
        (r"(?<=...)([ae])dor(?:es|as?)?$", r"\1r"),
        (r"(?<=dan)ias?$", "ao"),
        (r"(?<=..)triz(?:es)?$", "tor"),
        (r"(?<=..[uoai])siv[oa]s?$", "sao"),
        (r"(?<=.)([cgs])ional$", lambda m: {"c": "cao", "g": "giao", "s": "sao"}[m[1]]),
        (r"(?<=...ur)al$", "a"),
        (r"(?<=...ent)al$", "e"),
        (r"cao$", "ção"),
        (r"(a|i)vel$", lambda m: {"a": "á", "i": "í"}[m[1]] + "vel"),
        (r"(a|e)ncia(s?)$", lambda m: {"a": "â", "e": "ê"}[m[1]] + "ncia" + m[2]),
    ),
}
# The same of stems, after Snowball: derived nouns and adjectives.
_STEM_RULES: dict[str, list[Rule]] = {
    "ru": _compiled(
        (r"(?<=...)ическ$", ""),
        (r"(?<=....)ивн$", ""),
        (r"(?<=....)ьниц$", ""),
        (r"(?<=...)ност$", "н"),
        (r"(?<=....)ост$", ""),
        (r"(?<=....)ств$", ""),
        (r"(?<=....)тель?$", ""),
        (r"(?<=....)итет$", ""),
        (r"(?<=....)ск$", ""),
        (r"(?<=...)тельн$", "н"),
        (r"(?<=....)чн$", "к"),
        (r"(?<=...)ьн$", ""),
        (r"(?<=....[бвгдзклмпрстф])н$", ""),
        (r"(?<=....)(?:[ея]н|ан|[аяи])$", ""),
        (r"ь$", ""),
    ),
}
# How to find the word in the lexicon of which a form is made, when the form itself is not there.
_BASES: dict[str, list[Rule]] = {
    "en": _SPELLINGS,
    "fr": _compiled((r"(?<=..)[sx]$", "")),
    "es": _compiled(
        (r"(?<=...)mente$", ""),
        (r"(?<=.[aei]r)(?:(?:se|me|te|nos|os)?l[oae]s?|[mst]e|nos)$", ""),
        (r"(?<=..ndo)(?:se|me|te|nos|os)?(?:l[oae]s?)?$", ""),
    ),
    "pt": [*_PORTUGUESE_SPELLINGS, *_compiled((r"(?<=...)mente$", ""))],
}

# Rules after which a word has the one spelling of its language.
_ONE_SPELLING: dict[str, list[Rule]] = {"en": _SPELLINGS, "pt": _PORTUGUESE_SPELLINGS}


def in_one_spelling(code: str, word: str) -> str:
    """Return the word in the spelling that stands for all: "neighbours" as "neighbors"."""
    return _applied(_ONE_SPELLING.get(code, ()), word)


def prepared(code: str, word: str) -> str:
    """Return the word to which Snowball is applied."""
    return _applied(_RULES.get(code, ()), word)


def shortened(code: str, stem: str) -> str:
    """Return the stem that Snowball made without further endings."""
    return _applied(_STEM_RULES.get(code, ()), stem)


def base(code: str, word: str) -> str:
    """Return the form under which the lexicon may have a word that it does not have as it is."""
    return _applied(_BASES.get(code, ()), word)


def _applied(rules, word: str) -> str:
    for pattern, replacement in rules:
        word = pattern.sub(replacement, word)
    return word
