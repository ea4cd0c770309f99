"""What tells this network apart from others that run the same software, and names things for programs for ever."""

import uuid

from wagtail.models import Site

from core.i18n.addresses import absolute


def network_id() -> uuid.UUID:
    """The identity of the network: the translation key of its home page, which is random and in every backup.

    It stays the same when the host name or an address changes. Without a site it comes from the address of the portal.
    One query.
    """
    keys = Site.objects.order_by("-is_default_site", "pk").values_list("root_page__translation_key", flat=True)
    return keys.first() or uuid.uuid5(uuid.NAMESPACE_URL, absolute("/"))


def lasting_id(network: uuid.UUID, *parts: object) -> str:
    """A URN (RFC 9562) for what `parts` name in a network; the same parts give the same URN."""
    return uuid.uuid5(network, "/".join(map(str, parts))).urn
