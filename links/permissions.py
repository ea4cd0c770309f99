"""Which links a person may repair: those in the pages and rows that they may edit."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from core.pages import PortalPage
from links.models import Link
from links.scanning import sources


def may_see(user) -> bool:
    """Whether a person may edit pages at all."""
    return PagePermissionPolicy(Page).user_has_permission(user, "change")


def links_for(user) -> QuerySet[Link]:
    """The links in what the user may edit: without the permission to add, only translations (`core.permissions`)."""
    policy = PagePermissionPolicy(Page)
    changed = Q(object_id__in=policy.instances_user_has_permission_for(user, "change").values("pk"))
    added = Q(object_id__in=policy.instances_user_has_permission_for(user, "add").values("pk"))
    types = ContentType.objects.get_for_models(*sources())
    of_pages = [kind.pk for model, kind in types.items() if issubclass(model, PortalPage)]
    own = Q(content_type__in=of_pages) & changed & (added | Q(is_translation=True))
    for model, kind in types.items():
        if not issubclass(model, PortalPage) and _may(user, "change", model):
            rows = Q(content_type=kind)
            own |= rows if _may(user, "add", model) else rows & Q(is_translation=True)
    return Link.objects.filter(own)


def _may(user, action: str, model) -> bool:
    return user.has_perm(f"{model._meta.app_label}.{action}_{model._meta.model_name}")
