"""What the bulk actions on pages share: what will happen to each page, which are left out and why, and the doing.

First the editor chooses, such as a cluster; this is sent by GET and consists of codes. Then a page says what will
happen to each of the chosen pages. Its form does it: each page in a savepoint of its own, after everything was checked
again. A page that cannot be done any more is left out, and the others are done.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.locks import ScheduledForPublishLock
from wagtail.models import Page, WorkflowState
from wagtail.permission_policies.pages import PagePermissionPolicy

from core.i18n import dates
from core.pages import PortalPage
from editorial.bulk import undo
from editorial.bulk.listing import WholeListing
from moderation.services import NotPossibleNow

# As many as one request does in time.
LIMIT = 200
# As many as a message names.
NAMED = 5


class LeftOut(Exception):
    """A page to which the action does not happen; the argument is the reason, a sentence for the editor."""


@dataclass(frozen=True)
class Planned:
    """A chosen page, and what will happen to it; or the reason why nothing will."""

    page: PortalPage
    effect: str = ""
    reason: str = ""


class PagesAction(WholeListing, PageBulkAction):
    """Base of the bulk actions on pages.

    A subclass says in `effect_on()` what happens to a page, and does it in `do()`.
    """

    template_name = "editorial/admin/bulk_action.html"
    form_class = forms.Form
    choose_form: type[forms.Form] | None = None
    """What is chosen before the pages are listed with what will happen to them."""
    button: str | Promise = ""
    note: str | Promise = ""
    """A sentence below the lists."""
    prefetched: Sequence[str] = ()
    """The relations that `effect_on()` reads, of those classes of pages that have them."""

    def __init__(self, request: HttpRequest, model):
        super().__init__(request, model)
        self.user = request.user
        self.chosen: dict = {}
        self.planned: list[Planned] = []
        self.left_out: list[Planned] = []
        self.beyond_limit = 0

    # What a subclass says.

    def effect_on(self, page: PortalPage) -> str:
        """What will happen to a page, as a sentence. Raises LeftOut with the reason why nothing will."""
        raise NotImplementedError

    def do(self, page: PortalPage) -> undo.Step | None:
        """Do it, and return how it is undone; None if it cannot be."""
        raise NotImplementedError

    def undo_action(self) -> undo.Undo | None:
        """What undoes the steps that `do()` has returned."""
        return None

    # The requests.

    def dispatch(self, request, *args, **kwargs) -> HttpResponse:
        # What is read about the practices is locked until the end, also while the page is only shown.
        with transaction.atomic():
            if self.choose_form is not None:
                choice = self.choose_form(request.GET)
                if not choice.is_valid():
                    return self.ask(request, choice)
                self.chosen = choice.cleaned_data
            return super().dispatch(request, *args, **kwargs)

    def ask(self, request, choice: forms.Form) -> HttpResponse:
        """The page on which the editor chooses."""
        assert self.choose_form is not None  # noqa: S101  # else nothing is asked
        is_answered = any(name in request.GET for name in choice.fields)
        pages = self.pages()
        context = {
            "view": self,
            "title": self.display_name,
            "form": choice if is_answered else self.choose_form(),
            "items": [{"item": page} for page in pages],
            "keys": [page.pk for page in pages],
            "next": self.next_url,
            "beyond_limit": self.beyond_limit,
            "limit": LIMIT,
        }
        return TemplateResponse(request, "editorial/admin/bulk_choice.html", context)

    def pages(self) -> list[PortalPage]:
        """The chosen pages that the person finds in the admin. Raises Http404 without any."""
        asked = self.request.GET.getlist("id")
        keys = self.get_all_objects_in_listing_query(None) if "all" in asked else [int(key) for key in asked]
        keys = list(dict.fromkeys(key for key in keys if key < 2**63))
        self.beyond_limit = max(len(keys) - LIMIT, 0)
        own = PagePermissionPolicy(Page).explorable_instances(self.user).filter(pk__in=keys[:LIMIT], depth__gt=1)
        found = Page.objects.filter(pk__in=own.values("pk")).defer_streamfields().specific()
        pages = list(found.prefetch_related("locale").prefetch_workflow_states().annotate_approved_schedule())
        if not pages:
            raise Http404
        by_class = defaultdict(list)
        for page in pages:
            by_class[type(page)].append(page)
        for page_class, same in by_class.items():
            prefetch_related_objects(same, *[name for name in self.prefetched if hasattr(page_class, name)])
        return sorted(pages, key=lambda page: (page.title, page.pk))

    def get_actionable_objects(self):
        plans = [self.plan(page) for page in self.pages()]
        self.planned = [plan for plan in plans if not plan.reason]
        self.left_out = [plan for plan in plans if plan.reason]
        return [plan.page for plan in self.planned], {"items_with_no_access": []}

    def plan(self, page: PortalPage) -> Planned:
        """What happens to a page, or why nothing does."""
        try:
            return Planned(page, effect=self.effect_on(page))
        except LeftOut as reason:
            return Planned(page, reason=str(reason))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        keys = [plan.page.pk for plan in (*self.planned, *self.left_out)]
        choice = {name: self.request.GET[name] for name in self.chosen if name in self.request.GET}
        # The keys of what is listed here: what was not read is not done.
        query = urlencode({"id": keys, "next": self.next_url, **choice}, doseq=True)
        return context | {
            "title": self.display_name,
            "fields": self.shown_fields(context["form"]),
            "planned": self.planned,
            "left_out": self.left_out,
            "beyond_limit": self.beyond_limit,
            "limit": LIMIT,
            "submit_url": f"{self.request.path}?{query}",
        }

    def shown_fields(self, form: forms.Form) -> Iterable[forms.BoundField]:
        """The fields of the form that this page needs."""
        return list(form)

    # The doing.

    def get_execution_context(self):
        return {"action": self}

    @classmethod
    def execute_action(cls, objects, action=None, **kwargs):
        return action.do_all(objects), 0

    def do_all(self, pages: Sequence[PortalPage]) -> int:
        """Do it to each page, and tell the editor; returns how many were done."""
        steps, done = [], 0
        failed = [(plan.page, plan.reason) for plan in self.left_out]
        for page in pages:
            try:
                with transaction.atomic():
                    step = self.do(page)
            except (LeftOut, NotPossibleNow, PermissionDenied, ValidationError) as error:
                failed.append((page, reason_of(error)))
                continue
            done += 1
            steps += [step] if step else []
        if done:
            undone_by = self.undo_action()
            buttons = undo.buttons(self.request, undone_by, steps, self.next_url) if undone_by and steps else []
            messages.success(self.request, self.done(done), buttons=buttons)
        for page, reason in failed[:NAMED]:
            messages.warning(self.request, _("“%(title)s”: %(reason)s") % {"title": page.title, "reason": reason})
        if len(failed) > NAMED:
            count = len(failed) - NAMED
            text = ngettext("%(count)s more page was left out.", "%(count)s more pages were left out.", count)
            messages.warning(self.request, text % {"count": dates.number(count)})
        return done

    def done(self, count: int) -> str:
        """The sentence about what was done to `count` pages."""
        raise NotImplementedError

    def get_success_message(self, num_parent_objects, num_child_objects):
        return None


def locked(page: Page) -> PortalPage:
    """The page, read again, and locked until the end of the transaction."""
    return page.specific_class.objects.select_for_update().get(pk=page.pk)


def reason_of(error: Exception) -> str:
    """The sentence for the editor about a page to which something could not be done."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, PermissionDenied):
        return _("You are not allowed to do this.")
    if isinstance(error, NotPossibleNow):
        return _("Somebody else has changed it since.")
    return str(error)


def in_hands_of_others(page: PortalPage, user, *, while_waiting: bool = False) -> None:
    """Raise LeftOut for a page that somebody else has now: locked, scheduled, or between its author and a decision.

    while_waiting: whether the action is possible while a submission waits for a decision.
    """
    state = page.current_workflow_state
    if state is not None:
        if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
            raise LeftOut(_("Changes were requested, and it has not been submitted again."))
        if not while_waiting:
            raise LeftOut(_("It waits for a decision."))
    lock = page.get_lock()
    if isinstance(lock, ScheduledForPublishLock):
        raise LeftOut(_("It is scheduled for publication."))
    if lock is not None and lock.for_user(user):
        raise LeftOut(_("Another person has locked it."))
