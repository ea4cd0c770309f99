"""What nobody means and somebody sends: texts, numbers and addresses.

Everything is percent-encoded, as it travels; so bytes that are no text at all can be written down.
"""

from urllib.parse import quote

# --- Texts --------------------------------------------------------------------------------

_QUOTES = ["'", '"', '"""', "“", "“learning", '"learning', 'learning"', '""', "'' OR ''='", "«»", "`", "”“"]
_OPERATORS = [
    "AND",
    "OR NOT",
    "learning AND",
    "NEAR/3",
    "learning NEAR city",
    "-learning",
    "+learning",
    "^learning",
    "learn*",
    "*",
    "?",
    "~2",
    "learning~99",
    "title:learning",
    "title:",
    "_exists_:x",
    "[a TO z]",
    "{* TO *]",
    "(((",
    ")",
    "a^1e999",
    "&&||!",
    "/.*(a+)+$/",
    "{!func}sum(1,2)",
    ":",
    ";",
]
_PROGRAMS = [
    "'; DROP TABLE wagtailcore_page; --",
    "1 UNION SELECT password FROM accounts_user",
    "%' OR 1=1 --",
    "%",
    "%%",
    "_",
    "%s %d %(x)s",
    "{0} {} {x.__class__}",
    "{{ 7*7 }} {% debug %}",
    "${7*7}",
    "\\",
    "\\\\",
    "\\u0000",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!--",
    "]]>",
    "&amp;&#0;&nosuch;",
    "javascript:alert(1)",
    "../../../../etc/passwd",
    "..\\..\\windows",
    "file:///etc/passwd",
    "\r\nSet-Cookie: a=b",
    "=1+1",
]
_SCRIPTS = [
    " ",
    "\t\n\x0b\x0c\r",
    "\u00a0\u2003\u3000",
    "\u200b\u200c\u200d\ufeff",
    "\u202eevil\u202c",
    "\u2066\u2067\u2068\u2069",
    "e\u0301" * 200,
    "a" + "\u0300" * 500,
    "\u0915\u094d\u0937\u093f",
    "أُ" * 100,
    "ﷺ" * 100,
    "\U0001f3f3\ufe0f\u200d\U0001f308" * 40,
    "\U0010ffff\U000e0041",
    "ß İ ı ǰ ﬃ",
    "学习型城市",
    "学" * 2000,
    "\ufffe\uffff\ufdd0",
    "\x01\x02\x1b[31m\x7f\x9f",
]
_LENGTHS = ["learning " * 20_000, "a" * 40_000, '"' * 10_000, '"learning city" ' * 2_000, " " * 40_000, "(" * 5_000]
# NUL, halves of surrogate pairs, halves of letters, bytes that UTF-8 does not know, and broken percentages.
_BYTES = [
    "%00",
    "learning%00city",
    "%ED%A0%80",
    "%ED%B0%80%ED%A0%80",
    "%FF",
    "%C3",
    "%C0%80",
    "%F5%80%80%80",
    "%E0%80%AF",
    "%",
    "%zz",
    "%u0041",
    "+++",
]

TEXTS = [quote(text, safe="") for text in [*_QUOTES, *_OPERATORS, *_PROGRAMS, *_SCRIPTS, *_LENGTHS]] + _BYTES

# --- Numbers ------------------------------------------------------------------------------

NUMBERS = [
    quote(number)
    for number in (
        "0",
        "-1",
        "-0",
        "007",
        "1.0",
        "1.5",
        "1e9",
        "1_0",
        "0x10",
        " 1 ",
        "+1",
        "²",
        "٣",
        "１",
        "四",
        "NaN",
        "inf",
        "None",
        "last",
        "10000",
        "10001",
        "2147483648",
        "9223372036854775808",
        str(10**25),
        "9" * 5_000,
        "",
        "1,2",
        "1;2",
    )
] + ["%00", "1%00", "%ED%A0%80", "%FF"]

# --- Addresses ----------------------------------------------------------------------------

# First segments that are no language of the portal.
LANGUAGES = ["xx", "zh", "EN", "Fr", "zh-hant", "zh-Hans", "en-us", "pt-br", "e", "en-", "none", "%2e%2e", "١"]

# Parts of paths that no page has.
SEGMENTS = [
    "no-such-page",
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "%C3%28",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..",
    ".",
    "%2F%2F",
    "%5C%5Cevil.example",
    "%0d%0aSet-Cookie:a=b",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "%E2%80%AE",
    "'",
    '"',
    ";x=y",
    "%3F",
    "%23",
    "*",
    "%25",
    "%25%30%30",
    "a" * 5_000,
    "a/" * 400,
    quote("学" * 600),
    quote("٣"),
    "2023",
    str(10**25),
    "-1",
    ".ics",
    ".json",
    "index.php",
    "wp-login.php",
    ".git/config",
    ".env",
]
