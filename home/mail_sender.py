"""The name and the contact of the network, as mails give them."""

from core.i18n.languages import SOURCE_LANGUAGE
from home.models import NetworkSettings, NetworkWords
from mails.sender import Sender, register_sender


def network_name(language: str) -> str:
    """The name of the network in a language, as the pages show it, or in English; empty without both."""
    words = NetworkWords.objects.filter(language__in=[language, SOURCE_LANGUAGE])
    names = dict(words.values_list("language", "name"))
    return names.get(language) or names.get(SOURCE_LANGUAGE, "")


def network_contact() -> str:
    """The e-mail address of the secretariat; empty if the portal names none."""
    return NetworkSettings.objects.values_list("contact_email", flat=True).first() or ""


register_sender(Sender(name=network_name, contact=network_contact))
