"""Errors for programs: problem details (RFC 9457)."""

from collections.abc import Sequence
from http import HTTPStatus

from django.http import JsonResponse

CONTENT_TYPE = "application/problem+json"
# Addresses for programs: an error is answered as data there, and as a page everywhere else.
FOR_PROGRAMS = "/api/"


def problem(status: int, detail: str = "", errors: Sequence[dict[str, str]] = ()) -> JsonResponse:
    """Return an error as problem details. In English: it is read by programs and by those who write them.

    detail: what is wrong with this request. errors: what is wrong with each parameter, as {parameter, detail}.
    """
    content: dict = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        content["detail"] = detail
    if errors:
        content["errors"] = list(errors)
    response = JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = CONTENT_TYPE
    response["Content-Language"] = "en"
    response["Access-Control-Allow-Origin"] = "*"
    return response
