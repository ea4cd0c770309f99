"""The pages about the open data, and their files."""

from django.core.exceptions import BadRequest
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.translation import get_language, override
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from core.i18n.addresses import absolute
from core.offered_languages import in_languages, offered_languages, preferred_language
from open_data.datasets import DATASETS, Dataset
from open_data.dumps import CHECKSUMS, current_dump
from open_data.formats import FORMATS
from open_data.licence import about
from open_data.presentation import dataset_context, overview_context

# Scripts of other sites may read the files: they are public, and the same for everybody.
FOR_EVERYBODY = {"Access-Control-Allow-Origin": "*"}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """`/xx/data/`: what data there are, the licence, and the files."""
    return render(request, "open_data/overview.html", _page(request) | overview_context(get_language(), current_dump()))


@require_safe
def dataset_page(request: HttpRequest, dataset: str) -> HttpResponse:
    """`/xx/data/practices/`: the files and the data dictionary of one dataset."""
    context = dataset_context(_dataset(dataset), get_language())
    return render(request, "open_data/dataset.html", _page(request) | context)


@require_safe
def to_overview(request: HttpRequest) -> HttpResponse:
    """`/data/`: to the page in a language that the reader wants."""
    offered = offered_languages()
    if not offered:
        raise Http404
    with override(preferred_language(request, offered)):
        response = HttpResponseRedirect(reverse("open-data"))
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


@require_safe
@gzip_page
def download(request: HttpRequest, dataset: str, file_format: str) -> HttpResponseBase:
    """`/data/practices.csv`: all public rows, written while they are sent.

    `?language=` gives each row in the version for readers of that language; without it there are rows in all languages.
    A stream is not kept, so it is compressed here and not by the page cache.
    """
    found, written = _dataset(dataset), FORMATS.get(file_format)
    if written is None:
        raise Http404
    language = request.GET.get("language", "")
    if language and language not in offered_languages():
        raise BadRequest("The portal has no such language.")
    name = f"{found.code}-{language}" if language else found.code
    headers = {
        "Content-Type": written.content_type,
        "Content-Disposition": f'attachment; filename="{name}.{written.code}"',
        **FOR_EVERYBODY,
    }
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    content = written.write(found.columns, found.public_values(language), about(found, language))
    return StreamingHttpResponse(content, headers=headers)


@require_safe
@gzip_page
def dump_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """`/data/dumps/practices.csv`: a file of the newest dump."""
    dump = current_dump()
    file = next((file for file in dump.files if file.name == name), None) if dump else None
    if dump is None or file is None:
        raise Http404
    etag, modified = quote_etag(file.sha256), int(dump.made_at.timestamp())
    if answer := get_conditional_response(request, etag=etag, last_modified=modified):
        return answer
    kind = FORMATS[file.format].content_type if file.format else "text/plain; charset=utf-8"
    try:
        content = dump.path(name).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, as_attachment=name != CHECKSUMS, filename=name, content_type=kind)
    for header, value in {"ETag": etag, **FOR_EVERYBODY}.items():
        response[header] = value
    return response


def _dataset(code: str) -> Dataset:
    """The dataset with a code. Raises Http404."""
    if code not in DATASETS:
        raise Http404
    return DATASETS[code]


def _page(request: HttpRequest) -> dict:
    """What the base of all pages needs."""
    return {
        "page_language": get_language(),
        "canonical_url": absolute(request.path),
        "alternates": [{"code": code, "url": absolute(url)} for code, url in in_languages(request).items()],
    }
