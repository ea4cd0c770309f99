"""The report of mails that could not be delivered, for those who can correct an address."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from post_office.models import STATUS, Email
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.i18n.text import comma_list
from core.search_box import SearchBoxMixin
from mails.kinds import MailKind
from mails.models import Notice
from mails.sending import LONGEST_WAIT, waiting

LONGEST_LIST = 200


def may_see(user) -> bool:
    """Whether a person sees the report: those of the secretariat who work with cities."""
    return user.has_perm("cities.change_city")


def failed():
    """The notices whose mail ended as failed, newest first."""
    notices = Notice.objects.filter(mail__status=STATUS.failed)
    return notices.select_related("mail", "recipient").prefetch_related("mail__logs").order_by("-pk")


def delayed():
    """The notices whose mail has waited for longer than it should, the oldest first."""
    notices = Notice.objects.filter(mail__in=waiting(LONGEST_WAIT))
    return notices.select_related("mail", "recipient").prefetch_related("mail__logs").order_by("pk")


class UndeliveredView(SearchBoxMixin, WagtailAdminTemplateMixin, TemplateView):
    """Mails that were refused, or could not be sent for a day; and those that are late, and are still tried.

    `?state=failed` leaves out the late ones.
    """

    template_name = "mails/admin/undelivered.html"
    page_title = gettext_lazy("Mails that could not be delivered")
    header_icon = "mail"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def dispatch(self, request: HttpRequest, *args, **kwargs):
        if not may_see(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        only_failed = self.request.GET.get("state") == "failed"
        page = Paginator(self.search(failed()), LONGEST_LIST).get_page(self.request.GET.get("p"))
        late = [] if only_failed else list(self.search(delayed())[:LONGEST_LIST])
        return super().get_context_data(
            **kwargs,
            rows=[_row(notice) for notice in page],
            page_obj=page,
            delayed=[_row(notice) for notice in late],
            found=[*page, *late],
            kept_state="failed" if only_failed else "",
        )

    def search(self, notices: QuerySet[Notice]) -> QuerySet[Notice]:
        """Those that the search box finds, by subject and address."""
        return notices.filter(Q(mail__subject__icontains=self.words) | Q(mail__to__icontains=self.words))


def _row(notice: Notice) -> dict:
    """A mail as the template lists it."""
    assert notice.mail is not None  # noqa: S101  # both lists are of mails
    logs = sorted(notice.mail.logs.all(), key=lambda log: log.pk)
    return {
        "notice": notice,
        "at": timezone.localtime(notice.created_at),
        "address": comma_list(notice.mail.to),
        "answer": logs[-1].message if logs else "",
        "can_be_sent": bool(notice.mail.message) and notice.recipient.is_active,
    }


@require_POST
def send_again(request: HttpRequest, pk: int):
    """Queue a failed mail once more, to the address that its recipient has now. A link is not kept."""
    if not may_see(request.user):
        raise PermissionDenied
    notice = get_object_or_404(failed(), pk=pk)
    if not notice.mail.message or not notice.recipient.is_active:
        messages.error(
            request, _("This mail cannot be sent again. Invite the person again, or let them ask for a link.")
        )
        return redirect("undelivered-mails")
    # What an old address is told is not for the new one.
    address = notice.mail.to[0] if notice.kind == MailKind.ADDRESS_CHANGED else notice.recipient.email
    Email.objects.filter(pk=notice.mail_id, status=STATUS.failed).update(
        to=[address],
        status=STATUS.queued,
        scheduled_time=None,
        number_of_retries=None,
        created=timezone.now(),
    )
    messages.success(request, _("The mail is sent again to %(address)s.") % {"address": address})
    return redirect("undelivered-mails")
