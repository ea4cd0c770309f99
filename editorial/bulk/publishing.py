"""Publish and unpublish pages in bulk, instead of Wagtail's actions: each page is judged by itself."""

from collections.abc import Iterator

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import Page, Revision

from cities.models import CityPerson
from core.i18n import dates
from core.pages import PortalPage
from core.translations.groups import translations_of
from core.translations.strings import reasons_against_publishing as reasons_against_translation
from editorial.bulk import undo
from editorial.bulk.acting import LeftOut
from editorial.bulk.pages import PagesAction, in_hands_of_others, locked
from moderation import services
from moderation.guards import reasons_against_publishing
from practices.models import PracticePage


class WithSubpages(forms.Form):
    """Whether the pages below are meant, too."""

    include_descendants = forms.BooleanField(
        label=gettext_lazy("Also the pages below them, as far as it is possible"), required=False
    )


class VisibilityAction(PagesAction):
    """Base of the two."""

    form_class = WithSubpages
    note = gettext_lazy("A page about which its city receives a mail stays as it is when you undo this.")

    def shown_fields(self, form):
        """The choice about pages below is shown where there are any."""
        return list(form) if any(plan.row.numchild for plan in self.planned) else []

    def do_all(self, pages):
        if self.cleaned_form.cleaned_data["include_descendants"]:
            pages = [*pages, *self.below(pages)]
        return super().do_all(pages)

    def below(self, pages) -> Iterator[PortalPage]:
        """The pages below, to which the same can happen."""
        seen = {page.pk for page in pages}
        for parent in pages:
            found = parent.get_descendants().filter(live=self.happens_to_live).defer_streamfields().specific()
            for page in found.prefetch_workflow_states().annotate_approved_schedule() if parent.numchild else ():
                if page.pk not in seen and not self.plan(page).reason:
                    seen.add(page.pk)
                    yield page

    happens_to_live: bool
    """Whether the pages to which this action happens are public before it."""


class PublishPages(VisibilityAction):
    """Publish the newest version of each page; a submission that waits is approved by it."""

    display_name = gettext_lazy("Publish")
    action_type = "publish"
    aria_label = gettext_lazy("Publish the selected pages")
    button = gettext_lazy("Publish")
    action_priority = 40
    happens_to_live = False

    def effect_on(self, page):
        if page.live and not page.has_unpublished_changes:
            raise LeftOut(_("It is published already."))
        in_hands_of_others(page, self.user, while_waiting=True)
        if not page.permissions_for_user(self.user).can_publish():
            raise LeftOut(_("You are not allowed to publish it."))
        reasons = reasons_against_publishing([page]) if isinstance(page, PracticePage) else []
        if not page.is_original:
            reasons = reasons_against_translation(page)
        if reasons:
            raise LeftOut(" ".join(reasons))
        if page.current_workflow_state is not None:
            return _("The version that waits is approved and published. Whoever handed it in receives a mail.")
        if page.live:
            return _("The changes that were saved last are published.")
        return _("Readers can open it from now on.")

    def do(self, page):
        before = _row(page)
        is_decision = page.current_workflow_state is not None
        page = locked(page)
        if [page.latest_revision_id, page.live] != [before["latest"], before["live"]]:
            raise services.NotPossibleNow
        revision = page.get_latest_revision() or page.save_revision(user=self.user)
        revision.publish(user=self.user)
        return None if is_decision else undo.Step(page.pk, undo.state_of(page), before)

    def undo_action(self):
        return UNDO_PUBLICATION

    def done(self, count):
        text = ngettext("%(count)s page was published.", "%(count)s pages were published.", count)
        return text % {"count": dates.number(count)}


class UnpublishPages(VisibilityAction):
    """Unpublish each page with its translations."""

    display_name = gettext_lazy("Unpublish")
    action_type = "unpublish"
    aria_label = gettext_lazy("Unpublish the selected pages")
    button = gettext_lazy("Unpublish")
    action_priority = 50
    classes = {"serious"}
    happens_to_live = True

    def effect_on(self, page):
        if not page.live:
            raise LeftOut(_("It is not published."))
        if not page.permissions_for_user(self.user).can_unpublish():
            in_hands_of_others(page, self.user, while_waiting=True)
            raise LeftOut(_("You are not allowed to unpublish it."))
        if not page.is_original:
            return _("Readers of this language cannot open it any more.")
        if self.is_mailed(page):
            return _("Readers cannot open it any more, in any language. Its city receives a mail.")
        return _("Readers cannot open it any more, in any language.")

    def do(self, page):
        page = locked(page)
        if not page.live:  # its original was unpublished just now
            raise LeftOut(_("It is not published."))
        versions = [page, *(translations_of(page) if page.is_original else [])]
        before = {"versions": [[version.pk, version.live_revision_id] for version in versions if version.live]}
        is_mailed = self.is_mailed(page)
        if isinstance(page, PracticePage) and page.is_original:
            services.take_down(page, by=self.user, request=self.request)
        else:
            page.unpublish(user=self.user)
        return None if is_mailed else undo.Step(page.pk, undo.state_of(page), before)

    @cached_property
    def cities_with_people(self) -> set[int]:
        """The cities in which somebody receives mails."""
        return set(CityPerson.objects.filter(user__is_active=True).values_list("city", flat=True))

    def is_mailed(self, page: PortalPage) -> bool:
        """Whether somebody of a city is told when a page is unpublished."""
        if not isinstance(page, PracticePage) or not page.is_original:
            return False
        return page.authored_by == page.AuthoredBy.CITY and page.city_id in self.cities_with_people

    def undo_action(self):
        return UNDO_UNPUBLICATION

    def done(self, count):
        text = ngettext("%(count)s page was unpublished.", "%(count)s pages were unpublished.", count)
        return text % {"count": dates.number(count)}


def _row(page: PortalPage) -> dict:
    return {"latest": page.latest_revision_id, "live": page.live, "revision": page.live_revision_id}


def _unpublish_again(page: Page, before: dict, user) -> None:
    """Undo a publication: what readers saw before is public again, or nothing is."""
    tester = page.permissions_for_user(user)
    if not before["live"]:
        if not tester.can_unpublish():
            raise PermissionDenied
        locked(page).unpublish(user=user)
    elif before["revision"] is None or not tester.can_publish():
        raise PermissionDenied
    else:
        Revision.objects.get(pk=before["revision"]).publish(user=user)


def _publish_again(page: Page, before: dict, user) -> None:
    """Undo an unpublication: what was public is public again, also in the other languages."""
    if not page.permissions_for_user(user).can_publish():
        raise PermissionDenied
    for key, revision in before["versions"]:
        version = Page.objects.get(pk=key).specific
        if version.live:
            continue
        chosen = Revision.objects.get(pk=revision) if revision else version.save_revision(user=user)
        chosen.publish(user=user)


UNDO_PUBLICATION = undo.register(undo.Undo("publish", _unpublish_again))
UNDO_UNPUBLICATION = undo.register(undo.Undo("unpublish", _publish_again))
