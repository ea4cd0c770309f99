"""What the bulk actions on pages share."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from core.i18n import dates
from editorial.bulk.acting import LIMIT, RowsAction


class PagesAction(RowsAction, PageBulkAction):
    """Base of the bulk actions on pages. A subclass has `effect_on(page)` and `do(page)`."""

    title_template = "editorial/admin/bulk_title.html"
    prefetched: Sequence[str] = ()
    """The relations that `effect_on()` reads, of those classes of pages that have them."""

    def rows(self, keys):
        own = PagePermissionPolicy(Page).explorable_instances(self.user).filter(pk__in=keys, depth__gt=1)
        found = Page.objects.filter(pk__in=own.values("pk")).defer_streamfields().specific()
        pages = list(found.prefetch_related("locale").prefetch_workflow_states().annotate_approved_schedule())
        by_class = defaultdict(list)
        for page in pages:
            by_class[type(page)].append(page)
        for page_class, same in by_class.items():
            prefetch_related_objects(same, *[name for name in self.prefetched if hasattr(page_class, name)])
        return sorted(pages, key=lambda page: (page.title, page.pk))

    def chosen_text(self, count):
        text = ngettext("You have chosen %(counter)s page.", "You have chosen %(counter)s pages.", count)
        return text % {"counter": dates.number(count)}

    def planned_text(self, count):
        if not count:
            return _("Nothing can be done to these pages now.")
        text = ngettext("What will happen to %(counter)s page", "What will happen to %(counter)s pages", count)
        return text % {"counter": dates.number(count)}

    def left_out_text(self, count):
        text = ngettext("%(counter)s page is left out", "%(counter)s pages are left out", count)
        return text % {"counter": dates.number(count)}

    def more_left_out_text(self, count):
        text = ngettext("%(count)s more page was left out.", "%(count)s more pages were left out.", count)
        return text % {"count": dates.number(count)}

    def beyond_limit_text(self, count):
        text = ngettext(
            "At most %(limit)s pages are changed at once. %(counter)s more page is not among them: repeat this for it.",
            "At most %(limit)s pages are changed at once. %(counter)s more pages are not among them: repeat this for "
            "them.",
            count,
        )
        return text % {"limit": dates.number(LIMIT), "counter": dates.number(count)}
