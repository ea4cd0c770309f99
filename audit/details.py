"""The details of an entry of the audit log in words, for the admin. The log itself and its export keep the codes."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Group
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.i18n.languages import active_language, language_name
from core.i18n.text import comma_list, sentence_start

Words = str | Promise

# What each detail is called. A test compares it with what is recorded.
NAMES: dict[str, Words] = {
    "administrator": gettext_lazy("Administrator"),
    "after": gettext_lazy("After"),
    "again": gettext_lazy("Sent again"),
    "answer": gettext_lazy("Answer"),
    "before": gettext_lazy("Before"),
    "by_means_of": gettext_lazy("By means of"),
    "city": gettext_lazy("City"),
    "everywhere": gettext_lazy("In published texts, too"),
    "fields": gettext_lazy("Fields"),
    "filters": pgettext_lazy("of a list", "Filters"),
    "format": gettext_lazy("Format"),
    "groups": gettext_lazy("Groups"),
    "kind": gettext_lazy("Kind"),
    "language": gettext_lazy("Language"),
    "list": pgettext_lazy("of the admin", "List"),
    "person": gettext_lazy("Number of the account"),
    "reason": gettext_lazy("Reason"),
    "recovery_codes": gettext_lazy("Number of recovery codes"),
    "remark": gettext_lazy("Number of the remark"),
    "role": gettext_lazy("Role"),
    "rows": gettext_lazy("Number of rows"),
    "searched": gettext_lazy("Searched"),
    "second_factor_removed": gettext_lazy("Second factor removed"),
    "status": pgettext_lazy("of an event, in the audit log", "Status"),
}
_ROLES: dict[str, Words] = {
    "owner": pgettext_lazy("role of a person of a city", "Owner"),
    "editor": pgettext_lazy("role of a person of a city", "Editor"),
}
# The words of codes, by the name of the detail. Apps above add theirs with `add_words`.
CODES: dict[str, Mapping[str, Words]] = {
    "after": _ROLES,
    "answer": {
        "true": gettext_lazy("Still true"),
        "changed": gettext_lazy("Something has changed"),
        "ended": gettext_lazy("It has ended"),
    },
    "before": _ROLES,
    "by_means_of": {
        "password": gettext_lazy("Password"),
        "link": gettext_lazy("Link"),
        "invitation": gettext_lazy("Invitation"),
        "second-factor": gettext_lazy("Second factor"),
    },
    "kind": {"picture": gettext_lazy("Picture"), "document": gettext_lazy("Document")},
    "role": _ROLES,
}


def add_words(name: str, words: Mapping[str, Words]) -> None:
    """Tell what the codes of a detail mean."""
    CODES[name] = {**CODES.get(name, {}), **words}


def in_words(details: Mapping[str, Any]) -> list[str]:
    """Each detail as "Role: Owner". A code that the portal does not know any more is shown as it is."""
    return [
        _("%(label)s: %(value)s") % {"label": NAMES.get(name, name), "value": _value(name, value)}
        for name, value in details.items()
    ]


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        return comma_list(in_words(value)) or "–"
    if isinstance(value, list):
        words = _names_of_groups(value) if name == "groups" else [_of_code(name, code) for code in value]
        return comma_list(words) or "–"
    if name == "language":
        return sentence_start(language_name(str(value), active_language()))
    return _of_code(name, value)


def _of_code(name: str, code: Any) -> str:
    words = CODES.get(name, {}).get(str(code))
    return str(code) if words is None else sentence_start(str(words))


def _names_of_groups(keys: list) -> list[str]:
    """The names of groups by their ids; the id of one that was deleted."""
    names = dict(Group.objects.filter(pk__in=keys).values_list("pk", "name"))
    return [names.get(key, str(key)) for key in keys]
