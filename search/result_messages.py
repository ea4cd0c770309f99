"""What is said about an answer, in whole sentences that each language orders as it likes."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from core.i18n import dates
from search.results import Results


def summary(results: Results, type_code: str = "") -> str:
    """The sentence above the results: "8 practices in English".

    A catalogue names its own language here: the French one says "en français". Nothing is counted
    where nobody could count.
    """
    if results.degraded and not results.total:
        return _("The search does not answer")
    count = results.own_language_total
    if type_code == "practice":
        words = npgettext(
            "name the language of this catalogue",
            "%(count)s practice in English",
            "%(count)s practices in English",
            count,
        )
    else:
        words = npgettext(
            "name the language of this catalogue", "%(count)s result in English", "%(count)s results in English", count
        )
    return words % {"count": dates.number(count)}


def other_languages(results: Results) -> str:
    """The heading of what was found in other languages only; "" when nothing was."""
    count = results.total - results.own_language_total
    if not count:
        return ""
    words = ngettext("%(count)s more in another language", "%(count)s more in other languages", count)
    return words % {"count": dates.number(count)}


def degraded(results: Results) -> str:
    """What a stand-in's answer lacks; "" for a whole one."""
    if not results.degraded:
        return ""
    if results.total:
        return _(
            "The search is not working as it should at the moment: some results may be missing or out of date, "
            "and filters may be absent."
        )
    return _("The search does not answer at the moment. Try again in a minute; the pages themselves are all there.")
