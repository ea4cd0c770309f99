"""What the bulk actions share: what will happen to each row, which are left out and why, and the doing.

First the editor chooses, such as a cluster; this is sent by GET and consists of codes. Then a page says what will
happen to each of the chosen rows. Its form does it: each row in a savepoint of its own, after everything was checked
again. A row that cannot be done any more is left out, and the others are done.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from editorial.bulk import undo
from editorial.bulk.listing import WholeListing
from moderation.services import NotPossibleNow

# As many as one request does in time.
LIMIT = 200
# As many as a message names.
NAMED = 5


class LeftOut(Exception):
    """A row to which the action does not happen; the argument is the reason, a sentence for the editor."""


@dataclass(frozen=True)
class Planned:
    """A chosen row, and what will happen to it; or the reason why nothing will."""

    row: Any
    effect: str = ""
    reason: str = ""


class RowsAction(WholeListing, BulkAction):
    """Base of the bulk actions, for rows of one kind.

    A subclass says in `effect_on()` what happens to a row, and does it in `do()`.
    """

    template_name = "editorial/admin/bulk_action.html"
    form_class = forms.Form
    choose_form: type[forms.Form] | None = None
    """What is chosen before the rows are listed with what will happen to them."""
    button: str | Promise = ""
    note: str | Promise = ""
    """A sentence below the lists."""
    title_template: str
    """Shows the title of a `row`."""

    def __init__(self, request: HttpRequest, model):
        super().__init__(request, model)
        self.user = request.user
        self.chosen: dict = {}
        self.planned: list[Planned] = []
        self.left_out: list[Planned] = []
        self.beyond_limit = 0

    # What a subclass says.

    def rows(self, keys: Sequence[int]) -> list:
        """The rows of these primary keys that the person finds in the admin, in the order of the lists."""
        raise NotImplementedError

    def chosen_text(self, count: int) -> str:
        """How many rows were chosen."""
        raise NotImplementedError

    def planned_text(self, count: int) -> str:
        """The heading of the rows to which something will happen; without any, that nothing can be done."""
        raise NotImplementedError

    def left_out_text(self, count: int) -> str:
        """The heading of the rows to which nothing will happen."""
        raise NotImplementedError

    def more_left_out_text(self, count: int) -> str:
        """The sentence about rows that are left out and not named."""
        raise NotImplementedError

    def beyond_limit_text(self, count: int) -> str:
        """The sentence about rows beyond the limit."""
        raise NotImplementedError

    def effect_on(self, row: Any) -> str:
        """What will happen to a row, as a sentence. Raises LeftOut with the reason why nothing will."""
        raise NotImplementedError

    def do(self, row: Any) -> undo.Step | None:
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
        rows = self.chosen_rows()
        context = {
            "view": self,
            "title": self.display_name,
            "form": choice if is_answered else self.choose_form(),
            "chosen_text": self.chosen_text(len(rows)),
            "keys": [row.pk for row in rows],
            "next": self.next_url,
            "beyond_limit": self.beyond_limit and self.beyond_limit_text(self.beyond_limit),
        }
        return TemplateResponse(request, "editorial/admin/bulk_choice.html", context)

    def chosen_rows(self) -> list:
        """The chosen rows that the person finds in the admin. Raises Http404 without any."""
        keys = self.chosen_keys()
        self.beyond_limit = max(len(keys) - LIMIT, 0)
        rows = self.rows(keys[:LIMIT])
        if not rows:
            raise Http404
        return rows

    def get_actionable_objects(self):
        plans = [self.plan(row) for row in self.chosen_rows()]
        self.planned = [plan for plan in plans if not plan.reason]
        self.left_out = [plan for plan in plans if plan.reason]
        return [plan.row for plan in self.planned], {"items_with_no_access": []}

    def plan(self, row: Any) -> Planned:
        """What happens to a row, or why nothing does."""
        try:
            return Planned(row, effect=self.effect_on(row))
        except LeftOut as reason:
            return Planned(row, reason=str(reason))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        keys = [plan.row.pk for plan in (*self.planned, *self.left_out)]
        choice = {name: self.request.GET[name] for name in self.chosen if name in self.request.GET}
        # The keys of what is listed here: what was not read is not done.
        query = urlencode({"id": keys, "next": self.next_url, **choice}, doseq=True)
        return context | {
            "title": self.display_name,
            "fields": self.shown_fields(context["form"]),
            "planned": self.planned,
            "left_out": self.left_out,
            "planned_text": self.planned_text(len(self.planned)),
            "left_out_text": self.left_out_text(len(self.left_out)),
            "beyond_limit": self.beyond_limit and self.beyond_limit_text(self.beyond_limit),
            "submit_url": f"{self.request.path}?{query}",
        }

    def shown_fields(self, form: forms.Form) -> Iterable[forms.BoundField]:
        """The fields of the form that are needed for these rows."""
        return list(form)

    # The doing.

    def get_execution_context(self):
        return {"action": self}

    @classmethod
    def execute_action(cls, objects, action=None, **kwargs):
        return action.do_all(objects), 0

    def do_all(self, rows: Sequence) -> int:
        """Do it to each row, and tell the editor; returns how many were done."""
        steps, done = [], 0
        failed = [(plan.row, plan.reason) for plan in self.left_out]
        for row in rows:
            try:
                with transaction.atomic():
                    step = self.do(row)
            except (LeftOut, NotPossibleNow, PermissionDenied, ValidationError) as error:
                failed.append((row, reason_of(error)))
                continue
            done += 1
            steps += [step] if step else []
        if done:
            undone_by = self.undo_action()
            buttons = undo.buttons(self.request, undone_by, steps, self.next_url) if undone_by and steps else []
            messages.success(self.request, self.done(done), buttons=buttons)
        for row, reason in failed[:NAMED]:
            messages.warning(self.request, _("“%(title)s”: %(reason)s") % {"title": row, "reason": reason})
        if len(failed) > NAMED:
            messages.warning(self.request, self.more_left_out_text(len(failed) - NAMED))
        return done

    def done(self, count: int) -> str:
        """The sentence about what was done to `count` rows."""
        raise NotImplementedError

    def get_success_message(self, num_parent_objects, num_child_objects):
        return None


def reason_of(error: Exception) -> str:
    """The sentence for the editor about a row to which something could not be done."""
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, PermissionDenied):
        return _("You are not allowed to do this.")
    if isinstance(error, NotPossibleNow):
        return _("Somebody else has changed it since.")
    return str(error)
