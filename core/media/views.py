"""Documents as readers get them: opened in the browser where that is safe, under a name that people can read."""

import logging
import re
from urllib.parse import urlsplit

from django.apps import apps
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from wagtail.documents.views.serve import serve
from wagtail.models import Page

from core.child_rows import DocumentRow
from core.i18n.languages import LANGUAGE_CODES, active_language
from core.media.models import WITHHELD_FOLDER, PortalDocument, PortalRendition
from core.media.withheld import may_see
from core.querysets.visibility import public

logger = logging.getLogger(__name__)

# What file systems forbid in names, and what would hide the end of a name.
FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+')
# A file system takes 255 bytes; a browser adds a number to a second file with the same name.
LONGEST_NAME = 200


def serve_document(request: HttpRequest, document_id: int, document_filename: str) -> HttpResponse:
    """A document by Wagtail's own view, which checks what its collection allows, with a name for readers.

    The browser shows the types of WAGTAILDOCS_INLINE_CONTENT_TYPES and stores all others. Raises Http404 where the file
    is missing or cannot be read; the log says why. Raises it too for a withheld document that is not the reader's.
    """
    try:
        response = serve(request, document_id, document_filename)
    except OSError as error:
        logger.error("The file of document %s cannot be read: %s", document_id, error)
        raise Http404("Its file cannot be read.") from error
    if "Content-Disposition" in response:  # not for redirects, the form for a password, and what the browser has
        document = PortalDocument.objects.get(pk=document_id)
        if document.withheld:
            keep_out_of_caches(response)
        del response["Content-Encoding"]  # Wagtail sends "None"
        response["Content-Disposition"] = content_disposition_header(
            as_attachment=document.content_disposition != "inline",
            filename=readable_file_name(document, reader_language(request)),
        )
    return response


def refuse_withheld_document(document: PortalDocument, request: HttpRequest) -> None:
    """A hook of Wagtail's view: a withheld document is not there for others. Raises Http404."""
    if not may_see(request.user, document):
        raise Http404("No such document.")


@require_safe
def withheld_picture(request: HttpRequest, name: str) -> FileResponse:
    """A rendition of a withheld picture, by the random name of its file. Raises Http404 for others than its people."""
    renditions = PortalRendition.objects.select_related("image")
    rendition = get_object_or_404(renditions, file=f"{WITHHELD_FOLDER}/{name}")
    if not may_see(request.user, rendition.image):
        raise Http404("No such picture.")
    try:
        response = FileResponse(rendition.file.open("rb"))
    except OSError as error:
        logger.error("The file of picture %s cannot be read: %s", rendition.image_id, error)
        raise Http404("Its file cannot be read.") from error
    response["Content-Security-Policy"] = "default-src 'none'"
    keep_out_of_caches(response)
    return response


def keep_out_of_caches(response: HttpResponseBase) -> None:
    """Let no cache but the reader's own keep a withheld file, and no search engine list it."""
    del response["ETag"]
    patch_cache_control(response, private=True, no_store=True)
    response["X-Robots-Tag"] = "noindex"


def reader_language(request: HttpRequest) -> str:
    """The language of the page that links to the file, which browsers name; else the one that the browser prefers."""
    page = urlsplit(request.headers.get("Referer", ""))
    first = page.path.lstrip("/").partition("/")[0]
    is_own = page.netloc == request.get_host()
    return first if is_own and first in LANGUAGE_CODES else active_language()


def readable_file_name(document: PortalDocument, language: str) -> str:
    """The name of a file on the reader's device: its title in `language`, where a page has one, and its extension."""
    return file_name(_title_in(document, language) or document.title, document.file_extension.lower())


def file_name(title: str, extension: str) -> str:
    """A title as the name of a file, which every file system takes."""
    name = " ".join(FORBIDDEN.sub(" ", title).split()).strip(". ")
    stem, dot, end = name.rpartition(".")
    if dot and end.lower() == extension:
        name = stem
    name = name.encode()[:LONGEST_NAME].decode(errors="ignore").strip(". ")
    return f"{name or 'document'}.{extension}" if extension else name or "document"


def _title_in(document: PortalDocument, language: str) -> str:
    """The title that a public page in this language gives the document; "" if none does."""
    for rows in apps.get_models():
        if issubclass(rows, DocumentRow):
            shown = rows._default_manager.filter(document=document, page__in=public(Page.objects.all()))
            titles = shown.filter(locale__language_code=language).order_by("pk").values_list("title", flat=True)
            if title := titles.first():
                return title
    return ""
