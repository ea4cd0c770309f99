"""Publish and unpublish calls. Readers see a call by its pages, so these actions lead to those of the pages."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.permissions import policy_registry

from calls.models import Call, CallPage
from editorial.bulk.listing import WholeListing


class CallsAction(WholeListing, BulkAction):
    """Base of the two: `action_type` is that of the action on pages, which says what will happen to each page."""

    http_method_names = ["get", "head"]
    models = [Call]

    def get(self, request, *args, **kwargs) -> HttpResponse:
        """Answer with a redirect: to the action on the pages, or back with the reason why there is nothing to do.

        404 for calls that the person does not find in the admin.
        """
        policy = policy_registry.get_by_type(Call)
        if not policy.user_has_any_permission(request.user, ["add", "change", "delete", "view"]):
            raise PermissionDenied
        calls = Call.objects.filter(pk__in=self.chosen_keys())
        if not calls:
            raise Http404
        pages = list(CallPage.objects.filter(call__in=calls).select_related("locale"))
        if not pages:
            messages.warning(request, _("These calls have no pages yet. Write one first."))
            return redirect(self.next_url)
        # Those to which nothing can happen are named only where there are no others: a call has a page per language.
        chosen = self.of_use(pages) or pages
        query = urlencode({"id": [page.pk for page in chosen], "next": self.next_url}, doseq=True)
        address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", self.action_type])
        return redirect(f"{address}?{query}")

    def of_use(self, pages: Sequence[CallPage]) -> list[CallPage]:
        """The pages to which the action can happen."""
        raise NotImplementedError


class PublishCalls(CallsAction):
    """Publish what is not public yet of the pages of calls, in every language."""

    display_name = gettext_lazy("Publish")
    action_type = "publish"
    aria_label = gettext_lazy("Publish the selected calls")
    action_priority = 40

    def of_use(self, pages):
        return [page for page in pages if not page.live or page.has_unpublished_changes]


class UnpublishCalls(CallsAction):
    """Unpublish calls: their originals, and with them the translations."""

    display_name = gettext_lazy("Unpublish")
    action_type = "unpublish"
    aria_label = gettext_lazy("Unpublish the selected calls")
    action_priority = 50
    classes = {"serious"}

    def of_use(self, pages):
        return [page for page in pages if page.live and page.is_original]
