"""The pages on which a city writes a practice."""

from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.csrf import answers_csrf_failure
from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE, own_name
from core.pages import readable_slug
from desk.access import city_for, desk_view, practice_for, working_copy_for
from desk.files import uploads
from desk.files.services import files_of
from desk.files.services import remove as remove_file
from desk.models import WorkingCopy
from desk.permissions import Action
from desk.writing import services
from desk.writing.alike import alike
from desk.writing.checking import check
from desk.writing.forms import KIND_OF_FILES, SectionForm, clean_text, every_question, sent_from
from desk.writing.merging import Sent, agreed
from desk.writing.page import build_page
from desk.writing.presentation import answer_groups, next_steps, page_title, section_links, stage_notice, tasks
from desk.writing.questions import Section
from desk.writing.rebasing import bring_up_to_date
from desk.writing.remarks import remarks_of, replies_alone, take_replies, threads_of
from desk.writing.saving import Saved, TooBusy, TooLong, answers_of_copy, save
from desk.writing.sections import BY_CODE, SECTIONS
from moderation.services import NobodyReviews, NotPossibleNow
from moderation.services import take_down as moderation_take_down
from moderation.states import Stage, submission_status
from practices.models import PracticeIndexPage, PracticePage
from practices.views import cover_of

GET_OR_POST = ["GET", "HEAD", "POST"]
LONGEST_TITLE = 300


def _copy(request: HttpRequest, city: str, key, action: Action) -> WorkingCopy:
    """The working copy, up to date with what editors have changed. Raises Http404."""
    copy = working_copy_for(request.user, city, key, action)
    bring_up_to_date(copy)
    return copy


def _url(copy: WorkingCopy, name: str = "desk-practice", *more: str) -> str:
    return reverse(name, args=[copy.city.code, copy.key, *more])


def _context(copy: WorkingCopy, title: str, **more) -> dict:
    """What all pages of a working copy have."""
    crumbs = [
        {"label": _("Desk"), "url": reverse("desk")},
        {"label": copy.city.name, "url": reverse("desk-city", args=[copy.city.code])},
    ]
    if more.pop("is_below_list", False):
        crumbs.append({"label": page_title(copy), "url": _url(copy)})
    return {"city": copy.city, "copy": copy, "page_title": title, "crumbs": crumbs, **more}


@require_http_methods(GET_OR_POST)
@desk_view
def new_practice(request: HttpRequest, city: str) -> HttpResponse:
    """Before a practice is begun: its language and what it is about, then practices that are like it."""
    found = city_for(request.user, city, Action.WRITE)
    title = clean_text(request.POST.get("title", "")).strip()[:LONGEST_TITLE]
    language = request.POST.get("language", get_language())
    language = language if language in LANGUAGE_CODES else get_language()
    if request.method == "POST" and request.POST.get("then") == "start":
        copy = services.start(found, _key(request), language=language, title=title, by=request.user, request=request)
        return redirect(_url(copy, "desk-practice-section", SECTIONS[0].code))
    context = {
        "city": found,
        "page_title": _("Write a practice"),
        "crumbs": [
            {"label": _("Desk"), "url": reverse("desk")},
            {"label": found.name, "url": reverse("desk-city", args=[found.code])},
        ],
        "title": title,
        "language": language,
        "languages_of_text": [(code, own_name(code)) for code in LANGUAGE_CODES],
        "key": request.POST.get("key") or str(uuid4()),
        "is_looking": request.method == "POST" and bool(title),
        "is_without_title": request.method == "POST" and not title,
    }
    if context["is_looking"]:
        context["alike"] = alike(title, language, found)
    return render(request, "desk/writing/new.html", context)


def _key(request: HttpRequest) -> UUID:
    """The key that the form has made for the working copy."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


@require_safe
@desk_view
def task_list(request: HttpRequest, city: str, key) -> HttpResponse:
    """The sections of a practice with their states, and what happens next."""
    copy = _copy(request, city, key, Action.WRITE)
    state = submission_status(copy.page)
    checked = check(copy)
    context = _context(
        copy,
        page_title(copy),
        tasks=tasks(copy, checked, threads_of(copy)),
        checked=checked,
        total=len(SECTIONS),
        stage=state.stage.value,
        stage_notice=stage_notice(copy, state),
        is_submitted=state.stage == Stage.SUBMITTED,
        may_withdraw=state.by_city,
        is_live=bool(copy.page and copy.page.live),
    )
    return render(request, "desk/writing/task_list.html", context)


def _section_again(request: HttpRequest, city: str, key, code: str) -> HttpResponse:
    """The section with what was sent, after a failed CSRF check: somebody has signed in in another tab."""
    if not request.user.is_authenticated:
        return signed_out(request, BY_CODE[code])
    copy = working_copy_for(request.user, city, key, Action.WRITE)
    message = _("You have signed in again meanwhile. Your text is here, and is not saved yet: save it again.")
    return _refused(request, copy, BY_CODE[code], message, 403)


@answers_csrf_failure(_section_again)
def section(request: HttpRequest, city: str, key, code: str) -> HttpResponse:
    """One section; what somebody sends whose session has ended, or to a discarded practice, is shown again."""
    if request.method != "POST" or "form" not in request.POST:
        return _section(request, city, key, code)
    if not request.user.is_authenticated:
        return signed_out(request, BY_CODE[code])
    try:
        return _section(request, city, key, code)
    except Http404:
        return gone(request, BY_CODE[code])


@require_http_methods(GET_OR_POST)
@desk_view
def _section(request: HttpRequest, city: str, key, code: str) -> HttpResponse:
    """The questions of a section; a POST saves whatever was typed and goes where the pressed button leads."""
    copy = _copy(request, city, key, Action.WRITE)
    here = BY_CODE[code]
    if request.method != "POST":
        return show_section(request, copy, here)
    refused = uploads.take(request, copy) if request.FILES else []
    for problem in refused:
        messages.error(request, problem)
    try:
        sent = sent_from(request.POST, here, copy)
        saved = save(copy, sent, by=request.user)
    except TooLong:
        return _refused(request, copy, here, _("This is too long to be saved: shorten it."), 413)
    except TooBusy:
        message = _("Several people are saving at this moment. Your text has not been saved yet. Save it again.")
        return _refused(request, copy, here, message, 409)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(_saved_as_data(copy, here, saved, sent))
    _remove_files(request, copy, sent)
    for problem in take_replies(request, copy):
        messages.error(request, problem)
    then = "stay" if request.FILES else request.POST.get("then", "")
    return redirect(_next_address(then, copy, here, saved))


def _remove_files(request: HttpRequest, copy: WorkingCopy, sent: Sent) -> None:
    """Remove the files of removed rows."""
    for path in sent.removed:
        relation, _dot, key = path.partition(".")
        if relation in KIND_OF_FILES and all(row["key"] != key for row in copy.answers.get(relation, [])):
            for file in files_of(copy, KIND_OF_FILES[relation]).values():
                if str(file.key) == key:
                    remove_file(file, by=request.user, request=request)


def show_section(
    request: HttpRequest, copy: WorkingCopy, here: Section, form: SectionForm | None = None, status: int = 200, **more
) -> HttpResponse:
    """The page of a section. form: one that is shown again as it was sent."""
    is_checked = "check" in request.GET
    problems = check(copy).of_section(here) if is_checked and form is None else {}
    form = form or SectionForm(here, copy, problems=problems, more=request.GET.get("more", ""))
    parts = form.parts()
    context = _context(
        copy,
        str(here.title),
        is_below_list=True,
        lede=here.lede,
        section=here,
        form=form,
        parts=parts,
        two_texts=[question for question in every_question(parts) if question.versions],
        saved_at=dates.moment_in_utc(copy.updated_at),
        remarks=remarks_of(copy, here, request.POST),
        number=SECTIONS.index(here) + 1,
        total=len(SECTIONS),
        languages=[],
        switch=[(code, own_name(code), code == get_language()) for code in LANGUAGE_CODES],
        is_submitted=submission_status(copy.page).stage == Stage.SUBMITTED,
        action=_url(copy, "desk-practice-section", here.code),
        **section_links(copy, here),
        **more,
    )
    return render(request, "desk/writing/section.html", context, status=status)


def _refused(request: HttpRequest, copy: WorkingCopy, here: Section, message: str, status: int) -> HttpResponse:
    """The section again with what was sent, which has not been saved."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"problem": message}, status=status)
    return show_section(request, copy, here, form_as_sent(request, copy, here), status, refusal=message)


def form_as_sent(request: HttpRequest, copy: WorkingCopy, here: Section) -> SectionForm:
    """The form with what was sent instead of the answers, with the same id, and the digests of what it showed then."""
    try:
        sent = sent_from(request.POST, here, copy, to_show_again=True)
    except BadRequest:
        return SectionForm(here, copy)
    return SectionForm(here, copy, answers=answers_as_sent(copy, sent), shown=sent.shown, form_id=sent.form)


@never_cache
def signed_out(request: HttpRequest, here: Section) -> HttpResponse:
    """What was sent without a session: the same form, and a way to sign in."""
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"problem": _("You are signed out."), "signed_out": True}, status=403)
    sign_in = f"{reverse(settings.DESK_SIGN_IN)}?{urlencode({'next': request.path})}"
    return _only_what_was_sent(request, here, _("You are signed out: your text is here"), 403, sign_in=sign_in)


@never_cache
def gone(request: HttpRequest, here: Section) -> HttpResponse:
    """What was sent to a practice that is not there, for this person: the text, to copy it."""
    message = _("This practice is not at your desk any more, so nothing was saved.")
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"problem": message}, status=404)
    return _only_what_was_sent(request, here, _("Your text is here, and is not saved"), 404, gone=message)


def _only_what_was_sent(request: HttpRequest, here: Section, title: str, status: int, **more) -> HttpResponse:
    """The form of a section with nothing but what was sent: it needs no working copy."""
    form = form_as_sent(request, WorkingCopy(language=get_language() or SOURCE_LANGUAGE), here)
    context = {
        "page_title": title,
        "section": here,
        "form": form,
        "parts": form.parts(),
        "remarks": replies_alone(here, request.POST),
        "languages": [],
        "action": request.path,
        **more,
    }
    return render(request, "desk/writing/signed_out.html", context, status=status)


def answers_as_sent(copy: WorkingCopy, sent: Sent) -> dict:
    """The answers of a working copy with what a form has sent in their place."""
    answers = {**answers_of_copy(copy), **sent.answers}
    for relation, rows in sent.rows.items():
        known = {row["key"]: row for row in answers.get(relation, [])}
        answers[relation] = [{**known.pop(row["key"], {}), **row} for row in rows] + list(known.values())
    return answers


def _saved_as_data(copy: WorkingCopy, here: Section, saved: Saved, sent: Sent) -> dict:
    """The answer to the script that saves while somebody types."""
    form = SectionForm(here, copy, form_id=sent.form)
    said = {question.path: question.reading.said for question in every_question(form.parts())}
    return {
        "at": saved.at.isoformat(timespec="seconds"),
        "shown": agreed(answers_of_copy(copy), sent),
        "conflicts": list(saved.merged.conflicts),
        "message": _("Somebody else has changed the same answer. Both texts are kept: load the page to choose.")
        if saved.merged.conflicts
        else "",
        "said": {path: _("We read: %(value)s") % {"value": value} for path, value in said.items() if value},
    }


def _next_address(then: str, copy: WorkingCopy, here: Section, saved: Saved) -> str:
    """Where the pressed button leads; to the same section if somebody has to choose between two texts in it."""
    action, _colon, detail = then.partition(":")
    own = _url(copy, "desk-practice-section", here.code)
    place = SECTIONS.index(here)
    if action == "language" and detail in LANGUAGE_CODES:
        with override(detail):
            return _url(copy, "desk-practice-section", here.code)
    if saved.merged.conflicts or saved.merged.not_removed:
        return f"{own}#choose"
    if action == "add" and detail in {rows.name for rows in here.rows}:
        return f"{own}?more={detail}#more-{detail}"
    if action == "next":
        is_last = place + 1 == len(SECTIONS)
        return _url(copy, "desk-practice-check") if is_last else _section_url(copy, place + 1)
    if action == "back":
        return _section_url(copy, place - 1) if place else _url(copy)
    if action == "list":
        return _url(copy)
    return own


def _section_url(copy: WorkingCopy, place: int) -> str:
    return _url(copy, "desk-practice-section", SECTIONS[place].code)


@require_safe
@desk_view
def check_answers(request: HttpRequest, city: str, key) -> HttpResponse:
    """All answers on one page, with what stands in the way of submitting."""
    copy = _copy(request, city, key, Action.WRITE)
    checked = check(copy)
    state = submission_status(copy.page)
    context = _context(
        copy,
        _("Check your answers"),
        is_below_list=True,
        checked=checked,
        groups=answer_groups(copy),
        next_steps=next_steps(),
        stage=state.stage.value,
        is_submitted=state.stage == Stage.SUBMITTED,
        may_withdraw=state.by_city,
        is_unchanged=services.is_published_as_it_is(copy),
    )
    return render(request, "desk/writing/check.html", context)


@require_safe
@desk_view
def preview(request: HttpRequest, city: str, key) -> HttpResponse:
    """The page as readers would see it, made of the answers; nothing is saved."""
    copy = _copy(request, city, key, Action.WRITE)
    page = _page_to_show(copy)
    page.cover_address = _url(copy, "desk-practice-preview-cover")
    back = {"url": _url(copy), "label": page_title(copy)}
    response = page.make_preview_request(original_request=request, extra_request_attrs={"preview_of": back})
    # Of the inner request, which the middleware takes for one of the admin: the outer one gets the strict policy.
    response.headers.pop("Content-Security-Policy", None)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@desk_view
def preview_cover(request: HttpRequest, city: str, key) -> HttpResponse:
    """The drawn cover in the preview of a practice that is not public."""
    page = build_page(working_copy_for(request.user, city, key, Action.WRITE))
    response = cover_of(request, page, "cover")
    del response.headers["Cache-Control"]  # that of the desk
    return response


def _page_to_show(copy: WorkingCopy) -> PracticePage:
    """The page of the answers, with an address in the tree of its language."""
    page = build_page(copy)
    page.title = page.title or _("Practice without a title")
    page.slug = page.slug or readable_slug(page.title) or "preview"
    parent = PracticeIndexPage.objects.get(locale=page.locale)
    page.depth, page.path = parent.depth + 1, page.path or f"{parent.path}{'Z' * page.steplen}"
    page.set_url_path(parent)
    return page


@require_POST
@desk_view
def submit(request: HttpRequest, city: str, key) -> HttpResponse:
    """Submit the answers as they are."""
    copy = working_copy_for(request.user, city, key, Action.SUBMIT)
    try:
        services.submit(copy, by=request.user, request=request)
    except (services.NotComplete, services.NothingNew):
        return redirect(_url(copy, "desk-practice-check"))
    except NobodyReviews:
        messages.warning(request, _("The secretariat takes no practices at the moment. Your text is kept here."))
    return redirect(_url(copy))


@require_POST
@desk_view
def withdraw(request: HttpRequest, city: str, key) -> HttpResponse:
    """Take back the submission."""
    copy = working_copy_for(request.user, city, key, Action.SUBMIT)
    try:
        services.withdraw(copy, by=request.user, request=request)
    except NotPossibleNow:
        messages.warning(request, _("The secretariat has decided in the meantime."))
    else:
        messages.success(request, _("The submission is withdrawn. Change what you want, and submit it again."))
    return redirect(_url(copy))


@require_http_methods(GET_OR_POST)
@desk_view
def discard(request: HttpRequest, city: str, key) -> HttpResponse:
    """Delete the working copy, after a question."""
    copy = working_copy_for(request.user, city, key, Action.WRITE)
    if request.method != "POST":
        context = _context(copy, _("Discard what you have written?"), is_below_list=True)
        return render(request, "desk/writing/discard.html", context)
    try:
        services.discard(copy, by=request.user, request=request)
    except NotPossibleNow:
        messages.warning(request, _("The secretariat has this practice. Withdraw it before you discard it."))
        return redirect(_url(copy))
    messages.success(request, _("Discarded: “%(title)s”.") % {"title": page_title(copy)})
    return redirect("desk-city", copy.city.code)


@require_POST
@desk_view
def revise(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """Begin to change a practice that is published; the published version stays until the next one is."""
    page = practice_for(request.user, city, code, Action.WRITE)
    if page.authored_by != page.AuthoredBy.CITY:
        raise Http404  # the city takes it over first
    copy = services.revise(page, by=request.user, request=request)
    return redirect(reverse("desk-practice", args=[city, copy.key]))


@require_http_methods(GET_OR_POST)
@desk_view
def take_down(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """Unpublish a practice with its translations, after a question."""
    page = practice_for(request.user, city, code, Action.TAKE_DOWN)
    if request.method != "POST":
        context = {
            "city": page.city,
            "page_title": _("Take this practice down?"),
            "practice": page,
            "crumbs": [
                {"label": _("Desk"), "url": reverse("desk")},
                {"label": page.city.name, "url": reverse("desk-city", args=[page.city.code])},
            ],
        }
        return render(request, "desk/writing/take_down.html", context)
    try:
        moderation_take_down(page, by=request.user, request=request)
    except NotPossibleNow:
        messages.warning(request, _("This practice is not public."))
    else:
        messages.success(request, _("Taken down: “%(title)s”.") % {"title": page.title})
    return redirect("desk-city", city)
