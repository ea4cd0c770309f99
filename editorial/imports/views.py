"""The pages of imports in the admin: uploading, what would happen, progress, and the result."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.i18n.text import comma_list, sentence_start
from core.imports import ImportKind
from core.spreadsheets import XLSX_TYPE
from editorial.imports import services
from editorial.imports.columns import explanations, template_file
from editorial.imports.forms import UploadForm
from editorial.imports.kinds import KINDS, dataset_of
from editorial.imports.models import Import, ImportRow, RowState, Stage, Verdict
from editorial.imports.reading import LARGEST_FILE, Unreadable

PER_PAGE = 50
RECENT = 10
LONGEST_SHOWN = 400
AT_WORK = {Stage.UPLOADED, Stage.JUDGING, Stage.RUNNING}
# Seconds after which a page shows again how far the worker is.
REFRESH = 3
FILE_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX_TYPE}
WRITES = (Verdict.NEW, Verdict.CHANGED)


def kind_for(request: HttpRequest, code: str) -> type[ImportKind]:
    """The kind of this code. Raises Http404 for an unknown one, PermissionDenied if the person may not import it."""
    kind = KINDS.get(code)
    if kind is None:
        raise Http404
    if not kind.may_import(request.user):
        raise PermissionDenied
    return kind


class UploadView(WagtailAdminTemplateMixin, FormView):
    """Upload a table; below the form what each column takes, and the last imports."""

    form_class = UploadForm
    template_name = "editorial/admin/imports/upload.html"
    header_icon = "upload"
    kind: type[ImportKind]

    def dispatch(self, request, *args, **kwargs):
        self.kind = kind_for(request, kwargs["kind"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return upload_title(self.kind)

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, list_crumb(self.kind), {"url": "", "label": self.get_page_title()}]

    def form_valid(self, form):
        try:
            job = services.receive(
                form.cleaned_data["file"],
                self.kind,
                form.cleaned_data["language"],
                by=self.request.user,
                request=self.request,
            )
        except Unreadable as error:
            form.add_error("file", error)
            return self.form_invalid(form)
        return redirect("import-job", self.kind.code, job.key)

    def form_invalid(self, form):
        upload = self.request.FILES.get("file")
        too_large = upload is not None and (upload.size or 0) > LARGEST_FILE
        return self.render_to_response(self.get_context_data(form=form), status=413 if too_large else 400)

    def get_context_data(self, **kwargs):
        recent = Import.objects.filter(kind=self.kind.code).select_related("created_by")[:RECENT]
        return super().get_context_data(
            **kwargs,
            kind=self.kind,
            columns=explanations(self.kind),
            recent=[(job, reverse("import-job", args=[job.kind, job.key])) for job in recent],
            templates=[
                (name, reverse("import-template", args=[self.kind.code, code]))
                for code, name in (("csv", "CSV"), ("xlsx", "XLSX"))
            ],
        )


def upload_title(kind: type[ImportKind]) -> str:
    """What the page is called, and the link to it."""
    return _("Import cities") if kind.code == "cities" else _("Import practices")


def list_crumb(kind: type[ImportKind]) -> dict[str, str]:
    """The link to the list beside which the import stands."""
    name = {"cities": "wagtailsnippets_cities_city:list", "practices": "practice_list:index"}[kind.code]
    return {"url": reverse(name), "label": str(kind.label)}


@require_safe
def template(request: HttpRequest, kind: str, file_format: str) -> HttpResponse:
    """An empty table with the columns of an import."""
    found = kind_for(request, kind)
    if file_format not in FILE_TYPES:
        raise Http404
    answer = HttpResponse(template_file(found, file_format), content_type=FILE_TYPES[file_format])
    answer["Content-Disposition"] = f'attachment; filename="{kind}-template.{file_format}"'
    return answer


class ImportView(WagtailAdminTemplateMixin, TemplateView):
    """One import: what would happen with each row, then how far it is, then what has happened.

    Whoever may import this kind reads it. Only the person who uploaded the file imports, checks and discards it.
    """

    template_name = "editorial/admin/imports/import.html"
    header_icon = "upload"
    kind: type[ImportKind]
    job: Import

    def dispatch(self, request, *args, **kwargs):
        self.kind = kind_for(request, kwargs["kind"])
        found = Import.objects.select_related("created_by").filter(kind=self.kind.code, key=kwargs["key"]).first()
        if found is None:
            raise Http404
        self.job = found
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return upload_title(self.kind)

    def get_page_subtitle(self):
        return self.job.name

    def get_breadcrumbs_items(self):
        upload = {"url": reverse("import", args=[self.kind.code]), "label": self.get_page_title()}
        return [*self.breadcrumbs_items, list_crumb(self.kind), upload, {"url": "", "label": self.job.name}]

    def post(self, request, *args, **kwargs) -> HttpResponse:
        """Do one of: `run`, `again`, `discard`."""
        if self.job.created_by_id != request.user.pk:
            raise PermissionDenied
        action = request.POST.get("action", "")
        if action not in {"run", "again", "discard"}:
            raise Http404
        here = redirect("import-job", self.kind.code, self.job.key)
        try:
            if action == "run" and not services.start(self.job, by=request.user, request=request):
                messages.warning(request, _("This import was started already."))
            elif action == "again":
                services.check_again(self.job)
            elif action == "discard":
                services.discard(self.job, by=request.user, request=request)
                messages.success(request, _("The import was discarded. What it had imported stays."))
                return redirect("import", self.kind.code)
        except Import.DoesNotExist:
            raise Http404 from None
        except services.NotNow as refusal:
            messages.error(request, str(refusal))
        return here

    def get(self, request, *args, **kwargs):
        answer = super().get(request, *args, **kwargs)
        if self.job.stage in AT_WORK:
            answer["Refresh"] = str(REFRESH)
        return answer

    def get_context_data(self, **kwargs):
        counts = _counts(self.job)
        shown = self.request.GET.get("show", "")
        tabs = [
            {"code": code, "label": label, "count": count, "is_current": code == shown}
            for code, label, count in _tabs(self.job, counts)
        ]
        rows = _shown_rows(self.job, shown)
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("p"))
        total = sum(counts["verdicts"].values())
        done = _done(self.job, counts, total)
        to_write = sum(counts["verdicts"].get(verdict, 0) for verdict in WRITES)
        return super().get_context_data(
            **kwargs,
            job=self.job,
            is_mine=self.job.created_by_id == self.request.user.pk,
            is_at_work=self.job.stage in AT_WORK,
            can_run=self.job.stage == Stage.JUDGED and to_write > 0,
            to_write=to_write,
            at_once=self.job.stage == Stage.JUDGED and not self.kind.never_public,
            tabs=tabs,
            done=done,
            total=total,
            ignored=comma_list(self.job.ignored),
            before=services.imported_before(self.job),
            items=page,
            rows=presented(self.kind, page.object_list, self.request.user),
            elided_page_range=page.paginator.get_elided_page_range(page.number),
        )


def _counts(job: Import) -> dict[str, dict[str, int]]:
    """The numbers of rows by verdict ("" for those that are not checked), and of those to write by state."""
    rows = job.rows.order_by()
    verdicts = dict(rows.values_list("verdict").annotate(Count("pk")))
    states = dict(rows.filter(verdict__in=WRITES).values_list("state").annotate(Count("pk")))
    return {"verdicts": verdicts, "states": states}


def _done(job: Import, counts: dict[str, dict[str, int]], total: int) -> dict[str, int]:
    """How far the worker is: {"done", "of"}."""
    if job.stage == Stage.RUNNING:
        of = sum(counts["states"].values())
        return {"done": of - counts["states"].get(RowState.WAITING, 0), "of": of}
    return {"done": total - counts["verdicts"].get("", 0), "of": total}


def _tabs(job: Import, counts: dict[str, dict[str, int]]) -> list[tuple[str, Any, int]]:
    """The filters of the list: code, label and number of rows."""
    verdicts, states = counts["verdicts"], counts["states"]
    tabs: list[tuple[str, Any, int]] = [("", _("All rows"), sum(verdicts.values()))]
    if job.stage in {Stage.RUNNING, Stage.DONE}:
        tabs += [(state.value, state.label, states.get(state, 0)) for state in RowState]
        tabs += [
            (verdict.value, verdict.label, verdicts.get(verdict, 0)) for verdict in Verdict if verdict not in WRITES
        ]
    else:
        tabs += [(verdict.value, verdict.label, verdicts.get(verdict, 0)) for verdict in Verdict]
    return tabs


def _shown_rows(job: Import, shown: str) -> QuerySet[ImportRow]:
    rows = job.rows.all()
    if shown in Verdict.values:
        return rows.filter(verdict=shown)
    if shown in RowState.values:
        return rows.filter(verdict__in=WRITES, state=shown)
    return rows


def presented(kind: type[ImportKind], rows, user) -> list[dict[str, Any]]:
    """The rows of a page for the template, with links to what they are about."""
    rows = list(rows)
    columns = dataset_of(kind).by_code
    reader = kind(user)
    items = reader.find([(row.code, row.language) for row in rows if row.code])

    def label(code: str) -> str:
        return sentence_start(str(columns[code].label)) if code in columns else ""

    shown = []
    for row in rows:
        item = items.get((row.code, row.language))
        shown.append(
            {
                "row": row,
                "url": reader.admin_url(item, row.language) if item is not None else "",
                "name": str(item) if item is not None else "",
                "changes": [
                    {
                        "column": change["column"],
                        "label": label(change["column"]),
                        "old": _text(change["old"]),
                        "new": _text(change["new"]),
                        "is_draft": change["column"] in kind.drafted,
                    }
                    for change in row.changes
                ],
                "problems": [problem | {"label": label(problem["column"])} for problem in row.problems],
                "is_written": row.verdict in WRITES,
            }
        )
    return shown


def _text(value: Any) -> str:
    """A plain value as a short text."""
    if value is None or value == []:
        return ""
    if isinstance(value, list):
        is_plain = all(isinstance(part, str) for part in value)
        text = comma_list(value) if is_plain else json.dumps(value, ensure_ascii=False)
    elif isinstance(value, bool):
        text = _("Yes") if value else _("No")
    else:
        text = str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


urlpatterns = [
    path("imports/<slug:kind>/", UploadView.as_view(), name="import"),
    path("imports/<slug:kind>/template.<slug:file_format>", template, name="import-template"),
    path("imports/<slug:kind>/<uuid:key>/", ImportView.as_view(), name="import-job"),
]
