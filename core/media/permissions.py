"""Who sees which pictures and documents in the admin: withheld ones only the people who moderate."""

from django.http import HttpRequest
from wagtail.documents import get_permission_policy as document_policy
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images import get_permission_policy as image_policy
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permissions import register_permission_policy

from core.media import withheld
from core.media.models import PortalDocument, PortalImage


class FilePermissionPolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's rule for files. To people who do not moderate, a withheld file is not there."""

    def instances_user_has_any_permission_for(self, user, actions):
        """The files with which a person may do one of the actions: lists, choosers and searches of the admin ask."""
        return withheld.visible_in_admin(user, super().instances_user_has_any_permission_for(user, actions))

    def user_has_any_permission_for_instance(self, user, actions, instance):
        """Whether a person may do one of the actions with a file: its own pages in the admin ask."""
        allowed = super().user_has_any_permission_for_instance(user, actions, instance)
        return allowed and (not instance.withheld or withheld.moderates(user))


class _WithoutWithheldFiles:
    """An address of the admin's API, which has no permission policy."""

    request: HttpRequest

    def get_queryset(self):
        return withheld.visible_in_admin(self.request.user, super().get_queryset())


class PicturesAPI(_WithoutWithheldFiles, ImagesAdminAPIViewSet):
    """The pictures in the admin's API."""


class DocumentsAPI(_WithoutWithheldFiles, DocumentsAdminAPIViewSet):
    """The documents in the admin's API."""


def register() -> None:
    """Make Wagtail ask these rules, whether its apps register theirs before or afterwards."""
    for model, stock in ((PortalImage, image_policy()), (PortalDocument, document_policy())):
        policy = FilePermissionPolicy(model, auth_model=stock.auth_model, owner_field_name=stock.owner_field_name)
        register_permission_policy(model, policy, exact_class=True)
