"""Change one fact of many pages: their clusters, or the state of practices. What becomes public: `core.page_facts`."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from modelcluster.models import get_all_child_relations

from clusters.models import Cluster
from core.i18n import dates
from core.page_facts import is_published_at_once, save_fact
from core.pages import PortalPage
from editorial.bulk import undo
from editorial.bulk.acting import LeftOut
from editorial.bulk.pages import PagesAction
from editorial.bulk.versions import in_hands_of_others, locked
from moderation.services import NotPossibleNow
from practices.models import PracticePage
from practices.vocabularies import PracticeState


class FactAction(PagesAction):
    """Base of the actions that change a fact."""

    def may_change(self, page: PortalPage) -> None:
        """Raise LeftOut for a page of which this person cannot change a fact now."""
        in_hands_of_others(page, self.user)
        if not page.is_original:
            raise LeftOut(_("It is a translation: it has this fact from its original."))
        if not page.permissions_for_user(self.user).can_edit():
            raise LeftOut(_("You are not allowed to change it."))

    def when(self, page: PortalPage) -> str:
        """When readers see the new fact."""
        if is_published_at_once(page, self.user):
            return _("Readers see it at once, in every language.")
        if page.live and page.has_unpublished_changes:
            return _("It is saved with the changes that are not published yet.")
        return _("It is saved as a draft.")

    def save(self, page: PortalPage, change: Callable[[PortalPage], None]) -> PortalPage:
        """Lock the page, read it again, and save it with the change."""
        before = page.latest_revision_id
        page = locked(page)
        if page.latest_revision_id != before:
            raise NotPossibleNow
        save_fact(page, change, self.user)
        return page


# Clusters


def cluster_rows(page_class: type[PortalPage]) -> tuple[str, type[Model]] | None:
    """The relation of a page class to the rows that name its clusters, and their model; None if it has none."""
    for relation in get_all_child_relations(page_class):
        for field in relation.related_model._meta.get_fields():
            if field.name == "cluster" and field.related_model is Cluster:
                return relation.get_accessor_name(), relation.related_model
    return None


class ClusterChoice(forms.Form):
    """Which cluster, and whether the pages get it or lose it. The names are none of a filter of a list."""

    to_cluster = forms.ModelChoiceField(
        label=gettext_lazy("Cluster"), queryset=Cluster.objects.all(), to_field_name="code"
    )
    how = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=[
            ("add", gettext_lazy("Assign the pages to the cluster")),
            ("remove", gettext_lazy("Remove the pages from the cluster")),
        ],
        initial="add",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to_cluster"].queryset = Cluster.objects.prefetch_related("names")


class AssignCluster(FactAction):
    """Assign pages to a cluster, or remove them from it."""

    display_name = gettext_lazy("Clusters")
    action_type = "cluster"
    aria_label = gettext_lazy("Change the clusters of the selected pages")
    button = gettext_lazy("Save")
    action_priority = 60
    choose_form = ClusterChoice
    prefetched = ("practice_clusters", "event_clusters")

    def effect_on(self, page):
        rows = cluster_rows(type(page))
        if rows is None:
            raise LeftOut(_("Pages of this kind have no clusters of their own."))
        self.may_change(page)
        has_it = self.chosen["to_cluster"].pk in cluster_keys(page.specific_class, page)
        if self.chosen["how"] == "add":
            if has_it:
                raise LeftOut(_("It is in this cluster already."))
            text = _("It is assigned to “%(cluster)s”.")
        else:
            if not has_it:
                raise LeftOut(_("It is not in this cluster."))
            text = _("It is removed from “%(cluster)s”.")
        return f"{text % {'cluster': self.chosen['to_cluster']}} {self.when(page)}"

    def do(self, page):
        key, adds = self.chosen["to_cluster"].pk, self.chosen["how"] == "add"
        saved = self.save(page, lambda edited: set_cluster(edited, key, adds))
        return undo.Step(saved.pk, undo.state_of(saved), {"cluster": key, "was_in": not adds})

    def undo_action(self):
        return UNDO_CLUSTER

    def done(self, count):
        cluster = self.chosen["to_cluster"]
        if self.chosen["how"] == "add":
            text = ngettext(
                "%(count)s page was assigned to “%(cluster)s”.",
                "%(count)s pages were assigned to “%(cluster)s”.",
                count,
            )
        else:
            text = ngettext(
                "%(count)s page was removed from “%(cluster)s”.",
                "%(count)s pages were removed from “%(cluster)s”.",
                count,
            )
        return text % {"count": dates.number(count), "cluster": cluster}


def cluster_keys(page_class: type[PortalPage], page: PortalPage) -> set[int]:
    """The primary keys of the clusters of a page."""
    name, _model = cluster_rows(page_class) or ("", None)
    return {row.cluster_id for row in getattr(page, name).all()} if name else set()


def set_cluster(page: PortalPage, key: int, is_in: bool) -> None:
    """Add a cluster to a page in memory, or take it out."""
    found = cluster_rows(type(page))
    assert found is not None  # noqa: S101  # else the page was left out
    name, model = found
    rows: Any = getattr(page, name)
    present = [row for row in rows.all() if row.cluster_id == key]
    if is_in and not present:
        last = max((row.sort_order or 0 for row in rows.all()), default=-1)
        rows.add(model(cluster_id=key, sort_order=last + 1))
    elif not is_in and present:
        rows.remove(*present)


def _restore_cluster(page, before: dict, user) -> None:
    _restore(page, lambda edited: set_cluster(edited, before["cluster"], before["was_in"]), user)


def _restore(page, change: Callable[[PortalPage], None], user) -> None:
    """Undo a changed fact; nobody has changed the page since, so nothing else of it changes."""
    page = locked(page)
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    save_fact(page, change, user)


UNDO_CLUSTER = undo.register(undo.Undo("cluster", _restore_cluster))


# The state of practices


class StateChoice(forms.Form):
    """The state that the practices get."""

    to_state = forms.ChoiceField(label=gettext_lazy("State of the practices"), choices=PracticeState)


class SetState(FactAction):
    """Set the state of practices: ongoing, ended, stopped, failed."""

    display_name = pgettext_lazy("action on several practices", "State")
    action_type = "state"
    aria_label = gettext_lazy("Set the state of the selected practices")
    button = gettext_lazy("Save")
    action_priority = 61
    choose_form = StateChoice

    def effect_on(self, page):
        if not isinstance(page, PracticePage):
            raise LeftOut(_("It is not a practice."))
        self.may_change(page)
        if page.state == self.chosen["to_state"]:
            raise LeftOut(_("It is in this state already."))
        text = _("Its state becomes “%(state)s”.") % {"state": PracticeState(self.chosen["to_state"]).label}
        return f"{text} {self.when(page)}"

    def do(self, page):
        before = page.state
        saved = self.save(page, lambda edited: setattr(edited, "state", self.chosen["to_state"]))
        return undo.Step(saved.pk, undo.state_of(saved), {"state": before})

    def undo_action(self):
        return UNDO_STATE

    def done(self, count):
        text = ngettext(
            "%(count)s practice has the state “%(state)s” now.",
            "%(count)s practices have the state “%(state)s” now.",
            count,
        )
        return text % {"count": dates.number(count), "state": PracticeState(self.chosen["to_state"]).label}


def _restore_state(page, before: dict, user) -> None:
    _restore(page, lambda edited: setattr(edited, "state", before["state"]), user)


UNDO_STATE = undo.register(undo.Undo("state", _restore_state))
