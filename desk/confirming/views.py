"""“Still true?”, and taking over what the secretariat wrote."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.i18n import dates
from desk.access import desk_view, practice_for
from desk.confirming import services
from desk.confirming.forms import EndForm
from desk.models import WorkingCopy
from desk.permissions import Action
from desk.waiting import crumbs
from moderation.confirmations import asked_from
from moderation.services import NotPossibleNow
from moderation.states import is_public
from practices.models import PracticePage
from practices.presentation import facts_at_a_glance, result_row
from practices.provenance import is_unconfirmed as is_too_old
from practices.provenance import last_word

# The section of a practice with its period and its state.
PERIOD_SECTION = "when-and-where"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def confirm(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """`…/published/<code>/confirm/`: is a published practice still true, has it changed, or has it ended?"""
    page = _published(request, city, code, PracticePage.AuthoredBy.CITY)
    if not is_public(page):
        return _not_public(request, city)
    if request.method != "POST":
        return _question(request, page, EndForm())
    given = request.POST.get("answer")
    form = EndForm(request.POST) if given == "ended" else EndForm()
    if given == "ended" and not form.is_valid():
        return _question(request, page, form, status=422)
    try:
        return _answered(request, page, given, form)
    except NotPossibleNow:
        return _not_public(request, city)


def _not_public(request: HttpRequest, city: str) -> HttpResponse:
    """To the desk of the city, which says why readers cannot open the practice."""
    messages.warning(request, _("Readers cannot open this practice now, so there is nothing to confirm."))
    return redirect("desk-city", city)


def _answered(request: HttpRequest, page: PracticePage, given: str | None, form: EndForm) -> HttpResponse:
    """Do what the answer says, and say what happens next."""
    by = {"by": request.user, "request": request}
    if given == "true":
        services.confirm(page, **by)
        words = _("Thank you. Readers see “Confirmed by the city on %(date)s”, in every language.")
        messages.success(request, words % {"date": dates.day(timezone.localdate())})
        return redirect("desk-city", page.city.code)
    if given == "changed":
        copy = services.begin_change(page, **by)
        messages.success(
            request, _("Write what has changed, and submit it. Until it is published, readers see the old text.")
        )
        return redirect("desk-practice", page.city.code, copy.key)
    if given == "ended":
        copy = services.begin_end(page, form.cleaned_data["state"], form.cleaned_data["when"], **by)
        messages.success(request, _("Check when it ended, add what others can learn from it, and submit it."))
        return redirect("desk-practice-section", page.city.code, copy.key, PERIOD_SECTION)
    return _question(request, page, form, status=422, is_unanswered=True)


def _question(request: HttpRequest, page: PracticePage, form: EndForm, status: int = 200, **more) -> HttpResponse:
    last = last_word(page)
    context = {
        **_context(page, _("Is this still true?")),
        "form": form,
        "last": dates.day(last) if last else "",
        "is_unconfirmed": is_too_old(last, timezone.localdate()),
        "next_question": dates.day(asked_from(timezone.localdate())),
    }
    return render(request, "desk/confirming/confirm.html", context | more, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def take_over(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """`…/published/<code>/take-over/`: a practice of the secretariat becomes the city's."""
    page = _published(request, city, code, PracticePage.AuthoredBy.SECRETARIAT)
    copy = WorkingCopy.objects.filter(page=page).first()
    if not is_public(page):
        raise Http404
    if request.method != "POST":
        is_busy = page.has_unpublished_changes and copy is None
        context = {**_context(page, _("Take this practice over?")), "copy": copy, "is_busy": is_busy}
        return render(request, "desk/confirming/take_over.html", context)
    try:
        copy = services.take_over(page, by=request.user, request=request)
    except NotPossibleNow:
        messages.warning(request, _("The secretariat is working on this text. Try again in a few days."))
        return redirect("desk-city", city)
    messages.success(
        request, _("The text is yours to correct. Read each part, add what only your city knows, and submit it.")
    )
    return redirect("desk-practice", city, copy.key)


def _published(request: HttpRequest, city: str, code: str, author: str) -> PracticePage:
    """A published practice of this city that this author has written. Raises Http404."""
    page = practice_for(request.user, city, code, Action.WRITE)
    if not page.live or page.authored_by != author:
        raise Http404
    return page


def _context(page: PracticePage, title: str) -> dict:
    """What a person needs to see of a practice to answer."""
    return {
        "page_title": title,
        "city": page.city,
        "crumbs": [*crumbs(), {"label": page.city.name, "url": reverse("desk-city", args=[page.city.code])}],
        "practice": page,
        "facts": facts_at_a_glance(page),
        "results": [result_row(row) for row in page.results.all()],
        "sources": page.sources.all(),
    }
