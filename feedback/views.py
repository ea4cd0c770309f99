"""`/xx/feedback/`: a reader reports a mistake, without an account, a script or a cookie."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts import limits
from core.i18n.languages import active_language
from core.search_document import clean_text
from feedback import services
from feedback.forms import ReportForm, opened_now
from feedback.models import LONGEST_PAGE


# Django's check needs a cookie, and protects who is signed in. This form does the same for everybody.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest) -> HttpResponse:
    """The form, with the address of the page from `?page=`; a report of a program is dropped without a word."""
    if request.method != "POST":
        page = clean_text(request.GET.get("page", ""), LONGEST_PAGE)
        return _show(request, ReportForm(initial={"page": page}))
    form = ReportForm(request.POST)
    if form.is_filled_by_a_program:
        return redirect("feedback-sent")
    if not form.is_valid():
        return _show(request, form)
    if not form.was_opened:
        return _show(request, form, status=400, form_was_old=True)
    everybody, network = (limits.REPORTS, "all"), (limits.REPORTS_OF_ADDRESS, limits.network_of(request))
    try:
        limits.take(network, everybody)
    except limits.TooManyAttempts as refusal:
        return _show(request, form, status=429, wait_minutes=refusal.minutes)
    values = form.cleaned_data
    services.report(values["page"], active_language(), values["text"], values["email"])
    return redirect("feedback-sent")


@never_cache
@require_safe
def report_sent(request: HttpRequest) -> HttpResponse:
    """`/xx/feedback/sent/`: what happens next."""
    return render(request, "feedback/sent.html", _context())


def _show(request: HttpRequest, form: ReportForm, status: int = 200, **context) -> HttpResponse:
    context |= {"form": form, "opened": opened_now(), **_context()}
    return render(request, "feedback/report.html", context, status=status)


def _context() -> dict:
    return {"page_language": active_language(), "days": settings.MISTAKE_REPORT_DAYS}
