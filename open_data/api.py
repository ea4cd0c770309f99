"""The JSON API, `/api/v1/`: the public rows of the datasets, page by page, with the filters of the search.

It only reads, and knows neither keys nor cookies. `/api/v1/openapi.json` describes it; errors are problem details
(`core.problems`). What it answers to is stable: fields and parameters are only added.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import override
from ninja import NinjaAPI, Query
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from accounts import limits
from core.i18n.addresses import absolute
from core.i18n.languages import SOURCE_LANGUAGE
from core.offered_languages import offered_languages
from core.problems import CONTENT_TYPE, problem
from open_data.datasets import DATASETS, Dataset
from open_data.datasets.base import Key
from open_data.formats import plain
from open_data.licence import LICENCE_NOTE, documentation
from open_data.schemas import Datasets, LanguageQuery, Problem, facets_of, page_model, query_model, row_model
from search import reading
from search.filters import value_names
from search.forms import criteria_from
from search_engines.criteria import SORTS

# Seconds after which a client may ask again when the search does not work.
RETRY_AFTER = 30
WAIT = {"description": "Seconds after which a client may ask again.", "schema": {"type": "integer", "minimum": 1}}
OTHER_METHODS = ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
_CODE = re.compile(r"[-a-zA-Z0-9_]{1,60}")


class Utf8Renderer(JSONRenderer):
    """JSON with all letters as they are."""

    json_dumps_params = {"ensure_ascii": False}


def shared(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate the view of the description: scripts of other sites may read it, too."""

    def with_headers(request: HttpRequest, **options: Any) -> HttpResponse:
        response = view(request, **options)
        _share(response)
        return response

    return with_headers


class Api(NinjaAPI):
    """The API; its description names problem details as the type of errors."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Return the description of the API (OpenAPI 3.1)."""
        schema = super().get_openapi_schema(**kwargs)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400:
                        response["content"] = {CONTENT_TYPE: next(iter(response["content"].values()))}
                    if int(status) in {429, 503}:
                        response["headers"] = {"Retry-After": WAIT}
                operation["responses"][414] = {"description": "The address is too long for the web server."}
        return schema


api = Api(
    title="Lyceum",
    version="1",
    description=(
        "Public practices, cities, events and calls of the network. Free of charge, without a key and without cookies. "
        f"One network address may ask {limits.API_REQUESTS.allowed} times in ten minutes; then it is answered with 429 "
        "and Retry-After. Whole datasets are files at /data/. " + LICENCE_NOTE
    ),
    docs_url=None,
    docs_decorator=shared,
    urls_namespace="api-1",
    renderer=Utf8Renderer(),
)


@api.exception_handler(ValidationError)
def invalid_parameters(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """400 for parameters that the description does not allow."""
    errors = [{"parameter": str(_parameter(item["loc"])), "detail": str(item["msg"])} for item in error.errors]
    return problem(400, "The request has parameters that the description of the API does not allow.", errors)


def _parameter(location: tuple) -> Any:
    """The name of a parameter from where pydantic found the mistake: ("query", "query", "cluster", 0)."""
    names = [part for part in location if isinstance(part, str)]
    return names[-1] if names else ""


@api.exception_handler(limits.TooManyAttempts)
def too_many_requests(request: HttpRequest, error: limits.TooManyAttempts) -> HttpResponse:
    """429 for more requests from one network address than the limit allows."""
    response = problem(
        429,
        f"There were too many requests from your network address. Ask again in {error.seconds} seconds. "
        f"Whole datasets are files: {absolute('/data/')}",
    )
    response["Retry-After"] = str(error.seconds)
    return response


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """An error that an operation raised."""
    response = problem(error.status_code, error.message)
    if error.status_code == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    if error.status_code == 405:
        response["Allow"] = "GET, HEAD"
    return response


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """404 for what does not exist or is not public."""
    return problem(404, str(error))


def read_only(path: str, **description: Any) -> Callable[[Callable], Callable]:
    """Register an operation for GET and HEAD; the other methods are answered with 405.

    description: what `NinjaAPI.get` takes.
    """

    def register(operation: Callable) -> Callable:
        api.get(path, **description)(operation)
        api.api_operation(["HEAD"], path, response=description["response"], include_in_schema=False)(operation)
        api.api_operation(OTHER_METHODS, path, include_in_schema=False)(refuse_one if "{" in path else refuse)
        return operation

    return register


def refuse(request: HttpRequest) -> HttpResponse:
    """405 for a list."""
    raise HttpError(405, "This API only reads.")


def refuse_one(request: HttpRequest, code: str) -> HttpResponse:
    """405 for a single row."""
    return refuse(request)


@read_only(
    "/",
    response={200: Datasets, 405: Problem, 429: Problem},
    operation_id="datasets",
    summary="The datasets",
    tags=["datasets"],
)
def datasets(request: HttpRequest, response: HttpResponse) -> dict:
    """The datasets, with the addresses of their rows and of their documentation."""
    _admit(request, response)
    with override(SOURCE_LANGUAGE):
        return {
            "licence_note": LICENCE_NOTE,
            "datasets": [
                {
                    "code": code,
                    "title": str(dataset.label),
                    "description": str(dataset.description),
                    "url": absolute(f"/api/v1/{code}"),
                    "documentation": documentation(code),
                }
                for code, dataset in DATASETS.items()
            ],
        }


def _register(dataset: Dataset) -> None:
    """Register the list and the single rows of a dataset."""
    row = row_model(dataset)
    query_type = query_model(dataset)
    with override(SOURCE_LANGUAGE):
        title = str(dataset.label)

    def rows(request: HttpRequest, response: HttpResponse, query: Any) -> dict:
        _admit(request, response)
        _known_parameters(request, query_type)
        _offered(query.language)
        return _page(request, dataset, query)

    def one(request: HttpRequest, response: HttpResponse, code: str, query: Any) -> dict:
        _admit(request, response)
        _known_parameters(request, LanguageQuery)
        _offered(query.language)
        found = dataset.rows(dataset.keys_with_code(code, query.language)) if _CODE.fullmatch(code) else []
        if not found:
            raise Http404("There is nothing public with this code.")
        return plain(dataset.values(found[0]))

    rows.__annotations__["query"] = Query[query_type]  # type: ignore[misc,valid-type]  # made for the dataset
    one.__annotations__["query"] = Query[LanguageQuery]
    errors = {400: Problem, 404: Problem, 405: Problem, 429: Problem}
    tags = [dataset.code]
    read_only(
        f"/{dataset.code}",
        response={200: page_model(dataset, row), **errors, 503: Problem},
        operation_id=dataset.code,
        summary=f"{title}: page by page, as found by the search",
        description="Without words, filters and order all rows by their codes; otherwise the best match first.",
        tags=tags,
    )(rows)
    read_only(
        f"/{dataset.code}/{{code}}",
        response={200: row, **errors},
        operation_id=f"{dataset.code}-one",
        summary=f"{title}: one row by its code",
        tags=tags,
    )(one)


def _admit(request: HttpRequest, response: HttpResponse) -> None:
    """Begin an answer. Raises TooManyAttempts; answers that the page cache has kept are not counted."""
    # A database that nobody can write to can still be read.
    with suppress(DatabaseError):
        limits.take((limits.API_REQUESTS, limits.network_of(request)))
    _share(response)


def _share(response: HttpResponse) -> None:
    """Let scripts of other sites read the answer: it is public, and the same for everybody."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Content-Language"] = SOURCE_LANGUAGE


def _known_parameters(request: HttpRequest, query: type) -> None:
    """Raise HttpError for a parameter that there is not: a mistyped filter must not give all rows."""
    known = {info.alias or name for name, info in query.model_fields.items()}  # type: ignore[attr-defined]  # pydantic
    if unknown := sorted(set(request.GET) - known):
        raise HttpError(400, f"There is no parameter “{unknown[0][:60]}”. There are: {' '.join(sorted(known))}.")


def _offered(language: str) -> None:
    if language not in offered_languages():
        raise Http404("The portal has no pages in this language.")


def _page(request: HttpRequest, dataset: Dataset, query: Any) -> dict:
    """The rows of one page, and the addresses of the pages beside it."""
    number, size = query.page, query.per_page
    keys, count = _found(request, dataset, query) if _is_search(dataset, query) else _all(dataset, query)
    pages = Paginator(range(count), size).num_pages
    if number > pages:
        raise Http404(f"There is no page {number}. The last one is {pages}.")
    return {
        "count": count,
        "page": number,
        "pages": pages,
        "next": _address(request, number + 1) if number < pages else None,
        "previous": _address(request, number - 1) if number > 1 else None,
        "results": [plain(dataset.values(row)) for row in dataset.rows(keys)],
    }


def _is_search(dataset: Dataset, query: Any) -> bool:
    """Whether the search has to be asked: for words, a filter or an order."""
    years = getattr(query, "first_year", None) or getattr(query, "last_year", None)
    chosen = any(getattr(query, facet.code, None) for facet in facets_of(dataset))
    return bool(query.q or chosen or years or query.sort != SORTS[0])


def _all(dataset: Dataset, query: Any) -> tuple[list[Key], int]:
    keys = dataset.keys(query.language)
    start = (query.page - 1) * query.per_page
    return list(keys[start : start + query.per_page]), keys.count()


def _found(request: HttpRequest, dataset: Dataset, query: Any) -> tuple[list[Key], int]:
    """The keys of one page of a search, and the number of hits. Raises HttpError while the search does not work."""
    # Codes of rows: one that does not exist finds nothing.
    rows = {code: dict.fromkeys(request.GET.getlist(code), "") for code in ("cluster", "city")}
    criteria = criteria_from(request.GET, query.language, timezone.now(), value_names(rows), {"type": dataset.kind})
    results = reading.answer(replace(criteria, page=query.page, per_page=query.per_page))
    if results.degraded:
        raise HttpError(503, "The search does not work at the moment. Without words and filters you get all rows.")
    if results.page != query.page:
        raise Http404(f"There is no page {query.page}. The last one is {results.page}.")
    identities = [hit.id.split(":")[1] for hit in results.hits]
    return dataset.keys_of_hits(identities, query.language), results.total


def _address(request: HttpRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return absolute(f"{request.path}?{query.urlencode()}")


for _dataset in DATASETS.values():
    _register(_dataset)
