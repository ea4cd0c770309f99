"""Message catalogues without GNU gettext: compile them, check them, bring them up to date.

Usage: .venv/bin/python scripts/catalogues.py compile|check|update

compile  write the .mo of every .po that is newer; part of `make run`
check    name every string of code and templates that a language lacks; part of `make test`
update   write the strings of code and templates into every .po (`make messages`)

The languages are those of the settings, each in `locale/<Django's locale name>/LC_MESSAGES`.
"""

import ast
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE_LANGUAGE = "en"
LANGUAGES = ("en", "fr", "es", "pt", "ar", "ru", "zh_Hans")
# Folders that hold no message of the portal.
ELSEWHERE = {".venv", "docs", "locale", "migrations", "node_modules", "scripts", "static", "tests", "var"}
TEMPLATE_ENDINGS = {".html", ".txt", ".xml", ".svg", ".ics"}

# Django's functions, as Babel writes which argument is what.
KEYWORDS = {
    name + ending: arguments
    for name, arguments in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for ending in ("", "_lazy")
} | {"_": None, "gettext_noop": None}

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)[^{}]*\}")
# What Django's templatize() makes of a translation tag: gettext(u'…'), npgettext(u'…', u'…', u'…',count).
TEMPLATE_CALL = re.compile(r"""\b(?:_|(n?)(p?)gettext)\(\s*((?:u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*,?\s*)+)""")


def catalogue_path(language: str, folder: Path = ROOT / "locale") -> Path:
    """Where the catalogue of a language is kept."""
    return folder / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str, folder: Path = ROOT / "locale") -> Catalog:
    """The catalogue of a language; an empty one where there is no file."""
    path = catalogue_path(language, folder)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compile_catalogues(folder: Path = ROOT / "locale") -> list[Path]:
    """Compile the catalogues that are newer than their .mo; return the files written.

    A file is replaced in one step, so that a server that reads it never finds half of it.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        unfinished = target.with_suffix(f".{os.getpid()}")
        with unfinished.open("wb") as file:
            write_mo(file, catalogue)
        unfinished.replace(target)
        written.append(target)
    return written


def source_files(root: Path = ROOT) -> Iterator[Path]:
    """Every file of the portal that may hold a message, sorted."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in ELSEWHERE and not name.startswith("."))
        for name in sorted(files):
            path = Path(folder, name)
            if path.suffix == ".py" or (path.suffix in TEMPLATE_ENDINGS and "templates" in path.parts):
                yield path


def messages_of_python(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """The (msgid, context) of a Python file; msgid is a pair where there is a plural."""
    with path.open("rb") as file:
        for _line, message, _comments, context in extract("python", file, keywords=KEYWORDS):
            yield message, context


def messages_of_template(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """The (msgid, context) of a Django template; msgid is a pair where there is a plural."""
    from django.utils.translation.template import templatize

    for plural, context, literals in TEMPLATE_CALL.findall(templatize(path.read_text(encoding="utf-8"))):
        texts = list(ast.literal_eval(f"[{literals}]"))
        context_text = texts.pop(0) if context else None
        yield (tuple(texts[:2]) if plural else texts[0]), context_text


def extract_messages(root: Path = ROOT) -> Catalog:
    """All messages of the portal, each with the files that use it."""
    template = Catalog()
    for path in source_files(root):
        messages = messages_of_python(path) if path.suffix == ".py" else messages_of_template(path)
        for message, context in messages:
            template.add(message, context=context, locations=[(path.relative_to(root).as_posix(), 1)])
    return template


def texts(value: str | Sequence[str]) -> tuple[str, ...]:
    """A message's id or translation as a tuple of its forms."""
    return (value,) if isinstance(value, str) else tuple(value)


def placeholders(text: str) -> set[str]:
    """The names that are put into a text."""
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def fault_of(message: Message, translation: Message | None, forms: int) -> str | None:
    """What is wrong with the translation of a message, or None.

    `forms` is how many plural forms the language has.
    """
    if translation is None:
        return "is not in the catalogue"
    if translation.fuzzy:
        return "is fuzzy"
    translated = texts(translation.string or "")
    wanted = forms if message.pluralizable else 1
    if len(translated) != wanted or not all(translated):
        return "is not translated" if wanted == 1 else f"does not have its {wanted} plural forms"
    known = set().union(*(placeholders(text) for text in texts(message.id)))
    for text in translated:
        names = placeholders(text)
        # One form of a plural may do without its number: “one city”.
        if not names <= known or (not message.pluralizable and names != known):
            return f"has other placeholders: {text!r}"
    return None


def check_catalogues(root: Path = ROOT) -> list[str]:
    """One line for each fault of any language; an empty list is what is wanted."""
    template = extract_messages(root)
    faults = []
    for language in LANGUAGES:
        catalogue = read_catalogue(language, root / "locale")
        for message in template:
            if not message.id:
                continue
            translation = catalogue.get(texts(message.id)[0], context=message.context)
            if fault := fault_of(message, translation, catalogue.num_plurals):
                place = message.locations[0][0]
                faults.append(f"{language}: {texts(message.id)[0]!r} ({place}) {fault}")
    return faults


def update_catalogues(root: Path = ROOT) -> dict[str, int]:
    """Bring every catalogue up to date: new strings are added, unused ones dropped, none guessed.

    Returns how many strings of each language have no translation yet. The English catalogue
    repeats its ids, which are natural sentences.
    """
    template = extract_messages(root)
    missing = {}
    for language in LANGUAGES:
        old = read_catalogue(language, root / "locale")
        new = Catalog(locale=language, project="Lyceum", copyright_holder="the Lyceum contributors", fuzzy=False)
        new.creation_date = new.revision_date = old.creation_date
        missing[language] = 0
        for message in template:
            if not message.id:
                continue
            translation = old.get(texts(message.id)[0], context=message.context)
            string = translation.string if translation else None
            if language == SOURCE_LANGUAGE:
                string = message.id
            elif fault_of(message, translation, old.num_plurals):
                missing[language] += 1
            new.add(
                message.id,
                string if string and len(texts(string)) == (new.num_plurals if message.pluralizable else 1) else None,
                locations=message.locations,
                flags=message.flags | (translation.flags & {"fuzzy"} if translation else set()),
                context=message.context,
                user_comments=translation.user_comments if translation else (),
            )
        path = catalogue_path(language, root / "locale")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, new, width=100, include_lineno=False)
    return missing


def main() -> None:
    """Do what the first argument says; exit with 1 where a check fails."""
    match sys.argv[1:]:
        case ["compile"]:
            compile_catalogues()
        case ["check"]:
            if faults := check_catalogues():
                print(*faults, sep="\n")
                sys.exit(f"{len(faults)} strings are missing or wrong: `make messages`, then translate.")
        case ["update"]:
            for language, count in update_catalogues().items():
                print(f"{language}: {count} to translate")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
