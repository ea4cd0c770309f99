"""Panels of the admin that can bear a remark as a whole."""

from wagtail.admin.panels import InlinePanel


class RemarkableInlinePanel(InlinePanel):
    """Rows with a button for a comment of Wagtail's about all of them. Its content path is the name of the relation.

    Wagtail has comments on fields only: a comment on rows without such a place is stored, but shown nowhere.
    """

    class BoundPanel(InlinePanel.BoundPanel):
        template_name = "core/admin/remarkable_inline_panel.html"
