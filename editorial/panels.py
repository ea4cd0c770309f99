"""The panel that fills the home page of the admin."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import Component

from editorial.days_work import Urgency, rows_for
from editorial.kinds_of_work import KINDS_OF_WORK

GROUPS = {
    Urgency.NOW: ("now", _("Needs you now")),
    Urgency.SOON: ("soon", _("Comes next")),
    Urgency.LATER: ("later", _("When there is time")),
}


class DaysWorkPanel(Component):
    """The day's work of the person who reads it."""

    template_name = "editorial/admin/days_work.html"
    order = 10

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict:
        assert parent_context is not None  # noqa: S101  # Wagtail's home page gives one
        rows = rows_for(parent_context["request"].user, KINDS_OF_WORK)
        waiting = [row for row in rows if row.numbers]
        return {
            "groups": [
                {"code": code, "heading": heading, "rows": rows_of_group}
                for urgency, (code, heading) in GROUPS.items()
                if (rows_of_group := [row for row in waiting if row.urgency == urgency])
            ],
            "done": [row for row in rows if not row.numbers],
        }
