"""Message catalogues without GNU gettext: compile, check and update them.

Usage: .venv/bin/python scripts/catalogues.py compile|check|update

compile  write the .mo of every .po that is newer; part of `make run`
check    list every string of code and templates that a catalogue lacks; part of `make test`
update   write the strings of code and templates into every .po (`make messages`)

The catalogue of a language is `locale/<Django's locale name>/LC_MESSAGES/django.po`. All that exist are
checked and updated. For a language of the setting LANGUAGES without a catalogue, `update` makes an empty
one, and `check` reports which strings are its fallback.
"""

import ast
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE_LANGUAGE = "en"
# Folders without messages of the portal.
EXCLUDED = {".venv", "docs", "locale", "migrations", "node_modules", "scripts", "static", "tests", "var"}
TEMPLATE_ENDINGS = {".html", ".txt", ".xml", ".svg", ".ics"}

# Django's functions, with the meaning of their arguments in Babel's notation.
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
# The call that Django's templatize() makes of a translation tag: gettext(u'…'), npgettext(u'…', u'…', u'…',count).
TEMPLATE_CALL = re.compile(r"""\b(?:_|(n?)(p?)gettext)\(\s*((?:u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*,?\s*)+)""")


def configured_languages() -> list[str]:
    """The languages of the setting LANGUAGES, as Django's locale names."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from django.utils.translation import to_locale

    from portal.settings.languages import LANGUAGES

    return [to_locale(code) for code, _name in LANGUAGES]


def existing_catalogues(folder: Path = ROOT / "locale") -> list[str]:
    """The languages that have a catalogue, as Django's locale names."""
    return sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/django.po"))


def catalogue_path(language: str, folder: Path = ROOT / "locale") -> Path:
    """The file of a language's catalogue."""
    return folder / language / "LC_MESSAGES" / "django.po"


def read_catalogue(language: str, folder: Path = ROOT / "locale") -> Catalog:
    """The catalogue of a language; an empty catalogue if there is no file."""
    path = catalogue_path(language, folder)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compile_catalogues(folder: Path = ROOT / "locale") -> list[Path]:
    """Compile the catalogues that are newer than their .mo; return the files written.

    A file is replaced in one step, so that a running server never reads an incomplete one.
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
    """All files of the portal that can have messages, sorted."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in EXCLUDED and not name.startswith("."))
        for name in sorted(files):
            path = Path(folder, name)
            if path.suffix == ".py" or (path.suffix in TEMPLATE_ENDINGS and "templates" in path.parts):
                yield path


def messages_of_python(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """The messages of a Python file as (msgid, context); msgid is a pair if the message has a plural."""
    with path.open("rb") as file:
        for _line, message, _comments, context in extract("python", file, keywords=KEYWORDS):
            yield message, context


def messages_of_template(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """The messages of a Django template as (msgid, context); msgid is a pair if the message has a plural."""
    from django.utils.translation.template import templatize

    for plural, context, literals in TEMPLATE_CALL.findall(templatize(path.read_text(encoding="utf-8"))):
        texts = list(ast.literal_eval(f"[{literals}]"))
        context_text = texts.pop(0) if context else None
        yield (tuple(texts[:2]) if plural else texts[0]), context_text


def extract_messages(root: Path = ROOT) -> Catalog:
    """All messages of the portal, with the files that use them."""
    template = Catalog()
    for path in source_files(root):
        messages = messages_of_python(path) if path.suffix == ".py" else messages_of_template(path)
        for message, context in messages:
            template.add(message, context=context, locations=[(path.relative_to(root).as_posix(), 1)])
    return template


def texts(value: str | Sequence[str]) -> tuple[str, ...]:
    """The id or translation of a message as a tuple of its forms."""
    return (value,) if isinstance(value, str) else tuple(value)


def placeholders(text: str) -> set[str]:
    """The names of the placeholders in a text."""
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def fault_of(message: Message, translation: Message | None, forms: int) -> str | None:
    """What is wrong with the translation of a message; None if nothing is.

    forms: the number of plural forms of the language.
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
        # A plural form may leave out the number: “one city”.
        if not names <= known or (not message.pluralizable and names != known):
            return f"has other placeholders: {text!r}"
    return None


def fallbacks(configured: Iterable[str], root: Path = ROOT) -> list[str]:
    """One line for each configured language without a catalogue, with the strings that it shows."""
    existing = existing_catalogues(root / "locale")
    lines = []
    for language in configured:
        if language not in existing:
            main = language.partition("_")[0]
            fallback = main if main in existing else SOURCE_LANGUAGE
            lines.append(f"{language}: has no catalogue, its strings are those of {fallback}")
    return lines


def check_catalogues(root: Path = ROOT) -> list[str]:
    """One line for each fault of a catalogue; an empty list if all are complete."""
    template = extract_messages(root)
    faults = []
    for language in existing_catalogues(root / "locale"):
        catalogue = read_catalogue(language, root / "locale")
        for message in template:
            if not message.id:
                continue
            translation = catalogue.get(texts(message.id)[0], context=message.context)
            if fault := fault_of(message, translation, catalogue.num_plurals):
                place = message.locations[0][0]
                faults.append(f"{language}: {texts(message.id)[0]!r} ({place}) {fault}")
    return faults


def update_catalogues(configured: Iterable[str], root: Path = ROOT) -> dict[str, int]:
    """Update all catalogues, and make those of configured languages that have none.

    New strings are added without a translation, unused ones are removed. Returns the number of strings
    without a translation by language. The English catalogue repeats its ids, which are natural sentences,
    except those of Wagtail that it changes.
    """
    template = extract_messages(root)
    missing = {}
    for language in dict.fromkeys([*configured, *existing_catalogues(root / "locale")]):
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
                # Strings of Wagtail that name it are other sentences here.
                is_of_wagtail = any(path.endswith("wagtail_strings.py") for path, _line in message.locations)
                string = (is_of_wagtail and string) or message.id
            elif fault_of(message, translation, old.num_plurals):
                missing[language] += 1
            if string and len(texts(string)) != (new.num_plurals if message.pluralizable else 1):
                string = None
            elif string and not message.pluralizable:
                string = texts(string)[0]  # a plural of a language with one form, whose id has no plural any more
            new.add(
                message.id,
                string,
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
    """Run the command of the first argument; exit with 1 if a check fails."""
    match sys.argv[1:]:
        case ["compile"]:
            compile_catalogues()
        case ["check"]:
            for line in fallbacks(configured_languages()):
                print(line)
            if faults := check_catalogues():
                print(*faults, sep="\n")
                sys.exit(f"{len(faults)} strings are missing or wrong: `make messages`, then translate.")
        case ["update"]:
            for language, count in update_catalogues(configured_languages()).items():
                print(f"{language}: {count} to translate")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
