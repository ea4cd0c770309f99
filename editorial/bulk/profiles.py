"""What the bulk actions on city profiles share."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from cities.models import CityProfile
from core.i18n import dates
from core.i18n.languages import settings_order
from editorial.bulk.acting import LIMIT, RowsAction


class ProfilesAction(RowsAction, SnippetBulkAction):
    """Base of the bulk actions on city profiles. A subclass has `effect_on(profile)` and `do(profile)`."""

    models = [CityProfile]
    title_template = "editorial/admin/bulk_profile.html"

    def rows(self, keys):
        if not self.permission_policy.user_has_any_permission(self.user, ["add", "change", "delete", "view"]):
            return []
        found = CityProfile.objects.filter(pk__in=keys).select_related("locale", "city").prefetch_related("city__names")
        return sorted(found, key=lambda profile: (profile.city.name, settings_order(profile.language)))

    def planned_text(self, count):
        return _("What will happen to these city profiles") if count else _("Nothing can be done to them now.")

    def left_out_text(self, count):
        return _("These city profiles are left out")

    def more_left_out_text(self, count):
        text = ngettext(
            "%(count)s more city profile was left out.", "%(count)s more city profiles were left out.", count
        )
        return text % {"count": dates.number(count)}

    def beyond_limit_text(self, count):
        return _("At most %(limit)s city profiles are changed at once. Repeat this for the others.") % {
            "limit": dates.number(LIMIT)
        }
