"""Uploads inside a form of the desk: the one way in which a section page takes files along with its other answers.

A form with the parts `desk/files/row.html` and `desk/files/add.html` sends the fields and buttons that are named here.
A view calls `take` before it saves the answers of the same form; nothing that was typed is lost by an upload.
"""

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from desk.files import services
from desk.files.limits import DOCUMENT, PICTURE
from desk.models import DeskFile, WorkingCopy

# Fields of new files, by kind; those that replace one end with its key.
NEW = {PICTURE: "new-pictures", DOCUMENT: "new-documents"}
REPLACE = "replace-"


def take(request: HttpRequest, working_copy: WorkingCopy) -> list[str]:
    """Receive the files of a POST request. Return what was not received, as "name: why" in the active language."""
    problems = []
    files = services.files_of(working_copy)
    for field, sent in request.FILES.lists():
        for upload in sent:
            try:
                _take(field, upload, files, request, working_copy)
            except ValidationError as error:
                problems += [f"{upload.name}: {message}" for message in error.messages]
    return problems


def _take(field: str, upload, files: dict[str, DeskFile], request: HttpRequest, working_copy: WorkingCopy) -> None:
    for kind, name in NEW.items():
        if field == name:
            services.receive(upload, working_copy, kind, by=request.user, request=request)
    file = files.get(field.removeprefix(REPLACE)) if field.startswith(REPLACE) else None
    if file is not None:
        services.replace(file, upload, by=request.user, request=request)
