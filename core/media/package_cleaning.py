"""Documents of office programs without data about the people who wrote them. What readers see stays as it is.

Both formats are ZIP archives. They are written again: properties become empty, previews are left out, the names of
people who commented or changed something are replaced, and pictures lose what cameras noted. Refused: documents that
are protected, signed, or have macros, films, or objects of other programs in them.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.core.files import File

from core.media import embedded_pictures
from core.media.decoding import one_at_a_time
from core.media.refusals import CannotBeCleaned, CleanFile

# Unpacked bytes of one part and of all parts, the number of parts, and packages inside packages.
LARGEST_PART, LARGEST_SUM, MOST_PARTS, DEEPEST = 60 * 1024 * 1024, 200 * 1024 * 1024, 5_000, 2
CHUNK = 1024 * 1024
# A part has no time of its own.
TIME = (1980, 1, 1, 0, 0, 0)
NOBODY = "Author"
IS_FILM = {"mp4", "m4v", "mov", "avi", "wmv", "mpg", "mpeg", "mp3", "m4a", "wav", "wma", "ogg", "ogv", "oga", "webm"}

Change = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_VALUE = r"""\s*=\s*(?:"[^"]*"|'[^']*')"""


def _attributes(*names: str, value: str = NOBODY) -> Change:
    """Give the attributes with these names, in any namespace, another value."""
    either = "|".join(names)
    attribute = re.compile(rf"((?<=[\s:])(?:{either})){_VALUE}")
    tag = re.compile(rf"<[^<>]*?[\s:](?:{either})\s*=[^<>]*>")
    return tag, lambda found: attribute.sub(rf'\1="{value}"', found[0])


def _elements(*names: str, value: str = "") -> Change:
    """Give the elements with these names, in any namespace, another text."""
    return re.compile(rf"(<((?:[\w.-]+:)?(?:{'|'.join(names)}))\b[^<>]*(?<!/)>)[^<]*(</\2\s*>)"), rf"\1{value}\3"


def _without(pattern: str) -> Change:
    return re.compile(pattern, re.DOTALL), ""


@dataclass(frozen=True)
class Rules:
    """How the parts of a format are cleaned, by patterns of their whole names."""

    empty: dict[str, str]
    """Parts that become this text."""
    left_out: tuple[str, ...]
    changes: dict[str, tuple[Change, ...]]
    refused: dict[str, str]
    """Parts with which a document is refused, and the code why."""


OFFICE = Rules(
    empty={
        r"docProps/core\.xml": f'{_XML}<cp:coreProperties xmlns:cp="{_CORE}"/>',
        r"docProps/app\.xml": f'{_XML}<Properties xmlns="{_PROPERTIES}/extended-properties"/>',
        r"docProps/custom\.xml": f'{_XML}<Properties xmlns="{_PROPERTIES}/custom-properties"/>',
    },
    left_out=(r"docProps/thumbnail\.\w+",),
    changes={
        r".*\.rels": (
            _without(r"<Relationship\b[^<>]*/metadata/thumbnail[^<>]*?/>"),
            (re.compile(r"""(Target\s*=\s*)(?:"file:[^"]*"|'file:[^']*')"""), r'\1"about:blank"'),
        ),
        r"\[Content_Types\]\.xml": (_without(r"<Override\b[^<>]*docProps/thumbnail[^<>]*?/>"),),
        r"word/people\.xml": (_without(r"<(\w+:person)\b[^<>]*?(?:/>|>.*?</\1\s*>)"),),
        r"word/.*\.xml": (_attributes("author", "initials", "userId", "lastModifiedBy"),),
        r"xl/(?:comments.*|.*/comments.*)\.xml": (_elements("author", value=NOBODY),),
        r"xl/persons/.*\.xml": (_attributes("displayName"), _attributes("userId", value="")),
        r"xl/workbook\.xml": (_without(r"<(?:\w+:)?absPath\b[^<>]*?/>"), _attributes("userName")),
        r"xl/revisions/.*\.xml": (_attributes("userName", "name"),),
        r"xl/externalLinks/.*\.xml": (),
        r"ppt/(?:commentAuthors|authors)\.xml": (_attributes("name", "initials"), _attributes("userId", value="")),
        r"customXml/.*\.xml": (
            _elements(
                *("DisplayName", "AccountId", "creator", "lastModifiedBy", "contributor"),
                *("Author", "Manager", "Company", "Editor", "publisher"),
            ),
        ),
    },
    refused={
        r".*vba.*\.(?:bin|xml)": "macros",
        r"_xmlsignatures/.+": "signed",
        r".*/embeddings/.*\.bin|.*/activeX/.*": "embedded",
    },
)

OPEN_DOCUMENT = Rules(
    empty={
        r"(?:.*/)?meta\.xml": (
            f'{_XML}<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'office:version="1.3"><office:meta/></office:document-meta>'
        ),
    },
    left_out=(r"Thumbnails/.*", r"Versions/.*", r"VersionList\.xml", r"layout-cache"),
    changes={
        r"META-INF/manifest\.xml": (
            _without(
                r"<(?:\w+:)?file-entry\b[^<>]*full-path\s*=\s*[\"'](?:Thumbnails/|Versions/|VersionList|layout-cache)"
                r"[^<>]*?/>"
            ),
        ),
        r"(?:.*/)?(?:content|styles)\.xml": (
            _elements("creator", value=NOBODY),
            _elements("creator-initials", "sender-initials", "initial-creator", "printed-by", value="A"),
        ),
        r"(?:.*/)?settings\.xml": (
            (
                re.compile(r"""(<(?:\w+:)?config-item\b[^<>]*name\s*=\s*["']Printer\w*["'][^<>]*>)[^<]*"""),
                r"\1",
            ),
        ),
    },
    refused={
        r"META-INF/\w*signatures\.xml": "signed",
        r"(?:.*/)?(?:Basic/.*/(?!script-lb).*\.xml|Scripts/.+\.\w+)": "macros",
        r"Object [^/]*": "embedded",
    },
)


def clean_office(file: File) -> CleanFile:
    """Return a .docx, .xlsx or .pptx file without data about people, under the same name. Raises CannotBeCleaned."""
    return _clean_file(file, OFFICE)


def clean_open_document(file: File) -> CleanFile:
    """Return an .odt, .ods or .odp file without data about people, under the same name. Raises CannotBeCleaned."""
    return _clean_file(file, OPEN_DOCUMENT)


def _clean_file(file: File, rules: Rules) -> CleanFile:
    content = tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115 – returned
    file.seek(0)
    try:
        with one_at_a_time():
            _clean(file, content, rules, 0)
    except CannotBeCleaned:
        raise
    except Exception as error:  # a malicious file can raise any exception in a parser
        raise CannotBeCleaned("unreadable") from error
    finally:
        file.seek(0)
    content.seek(0)
    return CleanFile(content, name=file.name)


def _clean(source, target, rules: Rules, depth: int) -> None:
    with ZipFile(source) as old, ZipFile(target, "w", ZIP_DEFLATED) as new:
        for part in _checked(old.infolist(), rules):
            name = part.filename
            fresh = ZipInfo(name, TIME)
            fresh.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            change = _change_of(name, rules, depth)
            if change is None:
                with old.open(part) as reading, new.open(fresh, "w", force_zip64=False) as writing:
                    while piece := reading.read(CHUNK):
                        writing.write(piece)
            else:
                new.writestr(fresh, change(old.read(part)))


def _checked(parts: list[ZipInfo], rules: Rules) -> Iterator[ZipInfo]:
    """The parts that are kept. Raises CannotBeCleaned for a document that is refused as a whole."""
    names = [part.filename for part in parts]
    if len(set(names)) < len(names) or len(parts) > MOST_PARTS:
        raise CannotBeCleaned("unreadable")
    if sum(part.file_size for part in parts) > LARGEST_SUM or any(part.file_size > LARGEST_PART for part in parts):
        raise CannotBeCleaned("too_large")
    if any(part.flag_bits & 1 for part in parts):
        raise CannotBeCleaned("protected")
    for pattern, code in rules.refused.items():
        if any(re.fullmatch(pattern, name, re.IGNORECASE) for name in names):
            raise CannotBeCleaned(code)
    for part in parts:
        if not part.is_dir() and not any(re.fullmatch(pattern, part.filename) for pattern in rules.left_out):
            yield part


def _change_of(name: str, rules: Rules, depth: int) -> Callable[[bytes], bytes] | None:
    """How a part changes; None if it stays as it is, and is copied piece by piece."""
    for pattern, text in rules.empty.items():
        if re.fullmatch(pattern, name):
            return partial(_text, text)
    ending = name.rpartition(".")[2].lower()
    if ending in embedded_pictures.CLEANERS:
        return lambda content: embedded_pictures.clean_embedded(content, ending)
    if ending in IS_FILM:
        raise CannotBeCleaned("film")
    if ending in {"docx", "xlsx", "pptx"}:
        return lambda content: _clean_inner(content, rules, depth)
    if ending == "svg":
        return lambda content: _changed(content, (_without(r"<(?:\w+:)?metadata\b.*?</(?:\w+:)?metadata\s*>"),))
    changes = [change for pattern, found in rules.changes.items() if re.fullmatch(pattern, name) for change in found]
    if ending in {"xml", "rels"}:
        return lambda content: _changed(content, changes)
    return None


def _text(text: str, _content: bytes) -> bytes:
    return text.encode()


def _clean_inner(content: bytes, rules: Rules, depth: int) -> bytes:
    """A workbook behind a diagram."""
    if depth >= DEEPEST:
        raise CannotBeCleaned("embedded")
    target = BytesIO()
    _clean(BytesIO(content), target, rules, depth + 1)
    return target.getvalue()


def _changed(content: bytes, changes) -> bytes:
    """The XML of a part after the changes, in the same encoding. Raises ValueError for XML with a type declaration."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    text = content.decode(encoding)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("XML with a type declaration")
    if "encryption-data" in text and "manifest" in text:
        raise CannotBeCleaned("protected")
    for pattern, replacement in changes:
        text = pattern.sub(replacement, text)
    return text.encode(encoding)
