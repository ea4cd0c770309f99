"""Messages about a set of results, in whole sentences, so that each language can order its words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from core.i18n import dates
from core.i18n.languages import SOURCE_LANGUAGE, active_language, language_name, main_code
from search_engines.results import Results

UNTRANSLATED = " in English"


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
    """A catalogue names its own language: in French it is "en français". Without an engine there is no count.

    Where the catalogue lacks the message, it is English and names the reader's language: "8 practices in German".
    """
    if results.degraded and not results.total:
        return _("The search is not available")
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
    return _naming_the_reader_language(message) % {"count": dates.number(count)}


def _naming_the_reader_language(message: str) -> str:
    """The message, or where it is untranslated its English words with the name of the active language."""
    language = active_language()
    if main_code(language) == SOURCE_LANGUAGE or not message.endswith(UNTRANSLATED):
        return message
    return f"{message.removesuffix(UNTRANSLATED)} in {language_name(language, SOURCE_LANGUAGE)}"


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
            "The search is not working properly at the moment: some results may be missing or out of date, "
            "and some filters may be missing."
        )
    return _(
        "The search is not available at the moment. Try again in a minute. You can still reach all pages from the menu."
    )
