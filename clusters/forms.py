"""Forms of the admin."""

from wagtail.admin.forms import WagtailAdminModelForm


class ClusterForm(WagtailAdminModelForm):
    """A cluster. Its code cannot be changed later: URLs and files contain it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "code" in self.fields:
            self.fields["code"].disabled = True
