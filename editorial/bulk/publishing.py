"""Publish and unpublish in bulk: pages, instead of Wagtail's actions, and city profiles. Each is judged by itself."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.models import Page, Revision

from cities.models import CityPerson, CityProfile
from core.i18n import dates
from core.pages import PortalPage
from core.translations.groups import translations_of
from core.translations.strings import reasons_against_publishing as reasons_against_translation
from core.translations.submission import can_publish, can_unpublish
from editorial.bulk import undo
from editorial.bulk.acting import LeftOut, Planned, RowsAction
from editorial.bulk.pages import PagesAction
from editorial.bulk.profiles import ProfilesAction
from editorial.bulk.versions import in_hands_of_others, locked
from moderation import services
from moderation.guards import reasons_against_publishing
from practices.models import PracticePage

if TYPE_CHECKING:
    _Rows = RowsAction
else:
    _Rows = object


class Publish(_Rows):
    """Mixin: publish the newest version of each row, the originals first, so that their translations can follow."""

    display_name = gettext_lazy("Publish")
    action_type = "publish"
    button = gettext_lazy("Publish")
    action_priority = 40
    appears: str | Promise
    """What happens to readers of a row that was not public."""
    decides = False
    """Whether a submission that waits is approved by it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.originals: set = set()
        """The translation keys of the originals that are published by this action."""

    def chosen_rows(self):
        return sorted(super().chosen_rows(), key=lambda version: not version.is_original)

    def plan(self, row) -> Planned:
        plan = super().plan(row)
        if row.is_original and not plan.reason:
            self.originals.add(row.translation_key)
        return plan

    def effect_on(self, row):
        if row.live and not row.has_unpublished_changes:
            raise LeftOut(_("It is published already."))
        in_hands_of_others(row, self.user, while_waiting=self.decides)
        if not can_publish(row, self.user):
            raise LeftOut(_("You are not allowed to publish it."))
        if reasons := self.reasons_against(row):
            raise LeftOut(" ".join(reasons))
        if row.current_workflow_state is not None:
            return _("The version that waits is approved and published. Whoever handed it in receives a mail.")
        if row.live:
            return _("The changes that were saved last are published.")
        return self.appears

    def reasons_against(self, version: Any) -> list[str]:
        """Why a version cannot be published now."""
        if version.is_original:
            return []
        return reasons_against_translation(version, with_original=version.translation_key in self.originals)

    def do(self, row):
        before = {"latest": row.latest_revision_id, "live": row.live, "revision": row.live_revision_id}
        is_decision = row.current_workflow_state is not None
        version = locked(row)
        if [version.latest_revision_id, version.live] != [before["latest"], before["live"]]:
            raise services.NotPossibleNow
        revision = version.get_latest_revision() or version.save_revision(user=self.user)
        revision.publish(user=self.user)
        return None if is_decision else undo.Step(version.pk, undo.state_of(version), before)


class Unpublish(_Rows):
    """Mixin: unpublish each row with its translations."""

    display_name = gettext_lazy("Unpublish")
    action_type = "unpublish"
    button = gettext_lazy("Unpublish")
    action_priority = 50
    classes = {"serious"}
    disappears: str | Promise
    """What happens to readers of an original."""
    disappears_in_one_language: str | Promise
    """What happens to readers of a translation."""

    def effect_on(self, row):
        if not row.live:
            raise LeftOut(_("It is not published."))
        if not can_unpublish(row, self.user):
            in_hands_of_others(row, self.user, while_waiting=True)
            raise LeftOut(_("You are not allowed to unpublish it."))
        return self.disappears if row.is_original else self.disappears_in_one_language

    def do(self, row):
        version = locked(row)
        if not version.live:  # its original was unpublished just now
            raise LeftOut(_("It is not published."))
        versions = [version, *(translations_of(version) if version.is_original else [])]
        before = {"versions": [[each.pk, each.live_revision_id] for each in versions if each.live]}
        self.unpublish(version)
        return undo.Step(version.pk, undo.state_of(version), before)

    def unpublish(self, version: Any) -> None:
        """Take one version from its readers."""
        version.unpublish(user=self.user)


# Pages


class WithSubpages(forms.Form):
    """Whether the pages below are meant, too."""

    include_descendants = forms.BooleanField(
        label=gettext_lazy("Also the pages below them, as far as it is possible"), required=False
    )


class VisibilityAction(PagesAction):
    """Base of the two for pages."""

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


class PublishPages(Publish, VisibilityAction):
    """Publish pages; a submission that waits is approved by it."""

    aria_label = gettext_lazy("Publish the selected pages")
    appears = gettext_lazy("Readers can open it from now on.")
    decides = True
    happens_to_live = False

    def reasons_against(self, version):
        if isinstance(version, PracticePage) and version.is_original:
            return reasons_against_publishing([version])
        return super().reasons_against(version)

    def undo_action(self):
        return UNDO_PUBLICATION

    def done(self, count):
        text = ngettext("%(count)s page was published.", "%(count)s pages were published.", count)
        return text % {"count": dates.number(count)}


class UnpublishPages(Unpublish, VisibilityAction):
    """Unpublish pages. A city receives a mail about its practice; this is not undone."""

    aria_label = gettext_lazy("Unpublish the selected pages")
    disappears = gettext_lazy("Readers cannot open it any more, in any language.")
    disappears_in_one_language = gettext_lazy("Readers of this language cannot open it any more.")
    happens_to_live = True

    def effect_on(self, row):
        effect = super().effect_on(row)
        if self.is_mailed(row):
            return _("Readers cannot open it any more, in any language. Its city receives a mail.")
        return effect

    def do(self, row):
        is_mailed = self.is_mailed(row)
        step = super().do(row)
        return None if is_mailed else step

    def unpublish(self, version):
        if isinstance(version, PracticePage) and version.is_original:
            services.take_down(version, by=self.user, request=self.request)
        else:
            super().unpublish(version)

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


# City profiles


class PublishProfiles(Publish, ProfilesAction):
    """Publish city profiles. One that waits for a decision is left to who decides."""

    aria_label = gettext_lazy("Publish the selected city profiles")
    appears = gettext_lazy("Readers see it from now on.")

    def undo_action(self):
        return UNDO_PROFILE_PUBLICATION

    def done(self, count):
        text = ngettext("%(count)s city profile was published.", "%(count)s city profiles were published.", count)
        return text % {"count": dates.number(count)}


class UnpublishProfiles(Unpublish, ProfilesAction):
    """Unpublish city profiles."""

    aria_label = gettext_lazy("Unpublish the selected city profiles")
    disappears = gettext_lazy("Readers do not see it any more, in any language.")
    disappears_in_one_language = gettext_lazy("Readers do not see it any more in this language.")

    def undo_action(self):
        return UNDO_PROFILE_UNPUBLICATION

    def done(self, count):
        text = ngettext("%(count)s city profile was unpublished.", "%(count)s city profiles were unpublished.", count)
        return text % {"count": dates.number(count)}


# Undoing


def _unpublish_again(version: Any, before: dict, user) -> None:
    """Undo a publication: what readers saw before is public again, or nothing is."""
    if not before["live"]:
        if not can_unpublish(version, user):
            raise PermissionDenied
        locked(version).unpublish(user=user)
    elif before["revision"] is None or not can_publish(version, user):
        raise PermissionDenied
    else:
        Revision.objects.get(pk=before["revision"]).publish(user=user)


def _publish_again(version: Any, before: dict, user) -> None:
    """Undo an unpublication: what was public is public again, also in the other languages."""
    if not can_publish(version, user):
        raise PermissionDenied
    for key, revision in before["versions"]:
        each = type(version)._default_manager.get(pk=key)
        if each.live:
            continue
        chosen = Revision.objects.get(pk=revision) if revision else each.save_revision(user=user)
        chosen.publish(user=user)


UNDO_PUBLICATION = undo.register(undo.Undo("publish", _unpublish_again, Page))
UNDO_UNPUBLICATION = undo.register(undo.Undo("unpublish", _publish_again, Page))
UNDO_PROFILE_PUBLICATION = undo.register(undo.Undo("publish-profile", _unpublish_again, CityProfile))
UNDO_PROFILE_UNPUBLICATION = undo.register(undo.Undo("unpublish-profile", _publish_again, CityProfile))
