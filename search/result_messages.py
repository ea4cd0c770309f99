"""Messages about a set of results, in whole sentences, so that each language can order its words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from core.i18n import dates
from search.results import Results


@dataclass(frozen=True)
class ResultMessages:
    """What a page tells the reader about the results."""

    summary: str
    """The heading: "8 practices in English"."""
    other_languages: str
    """The heading of the hits in other languages; "" when there are none."""
    degraded: str
    """A warning when the search engine did not answer; "" when it did."""


def messages_about(results: Results, type_code: str = "") -> ResultMessages:
    """Return the messages in the active language. type_code: the only kind of things that the page searches, if any."""
    return ResultMessages(
        summary=_summary(results, type_code),
        other_languages=_other_languages(results),
        degraded=_degraded(results),
    )


def _summary(results: Results, type_code: str) -> str:
    """A catalogue names its own language: in French it is "en français". Without an engine there is no count."""
    if results.degraded and not results.total:
        return _("The search does not answer")
    count = results.own_language_total
    if type_code == "practice":
        message = npgettext(
            "name the language of this catalogue",
            "%(count)s practice in English",
            "%(count)s practices in English",
            count,
        )
    else:
        message = npgettext(
            "name the language of this catalogue", "%(count)s result in English", "%(count)s results in English", count
        )
    return message % {"count": dates.number(count)}


def _other_languages(results: Results) -> str:
    count = results.total - results.own_language_total
    if not count:
        return ""
    message = ngettext("%(count)s more in another language", "%(count)s more in other languages", count)
    return message % {"count": dates.number(count)}


def _degraded(results: Results) -> str:
    if not results.degraded:
        return ""
    if results.total:
        return _(
            "The search is not working as it should at the moment: some results may be missing or out of date, "
            "and filters may be absent."
        )
    return _("The search does not answer at the moment. Try again in a minute; the pages themselves are all there.")
