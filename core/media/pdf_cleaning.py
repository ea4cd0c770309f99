"""PDFs without data about the people who made them. What readers see, and its text, stays as it is.

Removed: document information, XMP of the file and of its parts, private data of programs, previews of pages, names of
the people who commented, scripts, and what cameras noted in pictures. Everything that no page needs, such as earlier
versions of the file, is not copied. Refused: PDFs that are protected, signed, or have files attached.
"""

import tempfile
import zlib
from collections.abc import Iterator

from django.conf import settings
from django.core.files import File
from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject, StreamObject

from core.media.decoding import one_at_a_time
from core.media.embedded_pictures import clean_jpeg, clean_jpeg_2000
from core.media.refusals import CannotBeCleaned, CleanFile

# Entries (ISO 32000-2) with data about people or programs, wherever they are: 14.3.2, 14.5, 12.3.4, 8.11.4.4; actions
# of programs without a click: 12.6.3; forms of another standard: 12.7.8.
REMOVED = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/CreatorInfo", "/AA", "/XFA")
# Actions that run something or send something away (12.6.4).
ACTIVE = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition"}
# Annotations that people write (12.5.6).
COMMENTS = {
    *("/Text", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Highlight", "/Underline"),
    *("/Squiggly", "/StrikeOut", "/Caret", "/Stamp", "/Ink", "/Popup", "/Sound", "/Redact", "/Movie", "/Screen"),
}
# Of a comment (12.5.6.2): its author, and when it was written. /T of a form field is its name, and stays.
OF_COMMENTS = ("/T", "/CreationDate", "/M", "/RC")
# Decoded bytes of one picture.
LARGEST_PICTURE = 50 * 1024 * 1024


def clean_pdf(file: File) -> CleanFile:
    """Return a PDF without data about people, under the same name. Raises CannotBeCleaned."""
    try:
        with one_at_a_time():
            return _clean(file)
    except CannotBeCleaned:
        raise
    except DependencyError as error:  # encrypted with AES, which pypdf alone does not read
        raise CannotBeCleaned("protected") from error
    except Exception as error:  # a malicious file can raise any exception in a parser
        raise CannotBeCleaned("unreadable") from error
    finally:
        file.seek(0)


def _clean(file: File) -> CleanFile:
    file.seek(0)
    reader = PdfReader(file)
    _check(reader)
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    for thing in _dictionaries(writer):
        _clean_dictionary(thing)
    _forget_what_is_not_used(writer)
    if len(writer.pages) != len(reader.pages) or not writer.pages:
        raise CannotBeCleaned("unreadable")
    content = tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115 – returned
    writer.write(content)
    content.seek(0)
    return CleanFile(content, name=file.name)


def _check(reader: PdfReader) -> None:
    if reader.is_encrypted:
        raise CannotBeCleaned("protected")
    root = reader.root_object
    form = _entry(root, "/AcroForm") or {}
    if "/Perms" in root or int(_entry(form, "/SigFlags") or 0) & 1:
        raise CannotBeCleaned("signed")
    if reader.attachments or "/AF" in root or any(_attaches(page) for page in reader.pages):
        raise CannotBeCleaned("attachments")


def _attaches(page: DictionaryObject) -> bool:
    notes = _entry(page, "/Annots") or ()
    return any(_entry(note.get_object(), "/Subtype") == "/FileAttachment" for note in notes)


def _entry(thing: dict, name: str):
    """An entry of a dictionary, also where it is an object of its own; None without one."""
    value = thing.get(name)
    return value.get_object() if isinstance(value, PdfObject) else value


def _dictionaries(writer: PdfWriter) -> Iterator[DictionaryObject]:
    """Every dictionary of a PDF, also those inside others."""
    waiting = [thing for thing in writer._objects if thing is not None]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, DictionaryObject):
            yield thing
            waiting += thing.values()
        elif isinstance(thing, ArrayObject):
            waiting += thing


def _forget_what_is_not_used(writer: PdfWriter) -> None:
    """Leave out the objects to which nothing refers any more."""
    used: set[int] = set()
    waiting: list = [writer.root_object.indirect_reference]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            if thing.idnum not in used:
                used.add(thing.idnum)
                waiting.append(thing.get_object())
        elif isinstance(thing, DictionaryObject):
            waiting += thing.values()
        elif isinstance(thing, ArrayObject):
            waiting += thing
    for number in range(1, len(writer._objects) + 1):
        if number not in used:
            writer._objects[number - 1] = None


def _clean_dictionary(thing: DictionaryObject) -> None:
    for name in REMOVED:
        thing.pop(name, None)
    if _entry(thing, "/S") in ACTIVE:
        thing.clear()
        thing[NameObject("/S")] = NameObject("/Named")
        thing[NameObject("/N")] = NameObject("/NoAction")
    if "/JavaScript" in thing and "/S" not in thing:  # the scripts of the document (12.6.4.17)
        del thing["/JavaScript"]
    if _entry(thing, "/Subtype") in COMMENTS and "/Rect" in thing:
        for name in OF_COMMENTS:
            thing.pop(name, None)
    if isinstance(thing, StreamObject):
        _clean_picture(thing)


def _clean_picture(stream: StreamObject) -> None:
    filters = _entry(stream, "/Filter")
    names = list(filters) if isinstance(filters, ArrayObject) else [filters]
    if names == ["/FlateDecode", "/DCTDecode"]:
        decoder = zlib.decompressobj()
        data = decoder.decompress(stream._data, LARGEST_PICTURE)
        if decoder.unconsumed_tail:
            raise ValueError("a picture is too large")
        stream._data = data
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")
        stream.pop("/DecodeParms", None)
        names = ["/DCTDecode"]
    if names == ["/DCTDecode"]:
        stream._data = clean_jpeg(stream._data)
    elif names == ["/JPXDecode"]:
        stream._data = clean_jpeg_2000(stream._data)
    elif "/DCTDecode" in names or "/JPXDecode" in names:
        raise ValueError("a picture is packed in a way that nothing writes")
