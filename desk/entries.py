"""The page of a city at the desk as its template shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext

from cities.models import City, CityProfile
from cities.presentation import facts_at_a_glance
from cities.profile_states import ProfileState, profile_states
from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES, active_language, language_name, own_name
from core.i18n.text import name_list, sentence_list
from desk.closed import closed_state, closed_words, decides_first
from desk.overview import DeskPractice
from desk.waiting import published_url, writing_url
from moderation.states import Stage, answer_by
from search import search_analytics
from search.models import SearchStatistic

MOST_WORDS = 8


@dataclass(frozen=True)
class Entry:
    """A practice in the list of a city's desk."""

    title: str
    language: str
    url: str
    kind: str
    """A key of `STATUSES` in core.templatetags.portal_components."""
    state: str
    what_next: str
    facts: list[dict]
    actions: list[dict]


def groups(practices: Iterable[DeskPractice], city: City) -> list[dict]:
    """How many practices of a city are in each state, without the states that are empty: [{count, text}]."""
    own = [practice for practice in practices if practice.city == city]
    published = sum(practice.is_public for practice in own)
    in_progress = sum(practice.is_in_progress for practice in own)
    closed = sum(practice.is_closed for practice in own)
    submitted = sum(practice.is_submitted for practice in own)
    returned = sum(practice.is_returned for practice in own)
    counts = (
        (published, npgettext("number of practices", "published", "published", published)),
        (closed, npgettext("number of practices", "not open to the public", "not open to the public", closed)),
        (in_progress, npgettext("number of practices", "in progress", "in progress", in_progress)),
        (submitted, npgettext("number of practices", "with the secretariat", "with the secretariat", submitted)),
        (returned, npgettext("number of practices", "returned with remarks", "returned with remarks", returned)),
    )
    return [{"count": dates.number(count), "text": text} for count, text in counts if count]


def entries(practices: Iterable[DeskPractice]) -> list[Entry]:
    """The practices that the city itself writes, those that it is working at first."""
    own = [practice for practice in practices if not (practice.by_secretariat and practice.copy is None)]
    return [_entry(practice) for practice in sorted(own, key=_order)]


def _order(practice: DeskPractice) -> tuple:
    rank = (practice.is_returned, practice.is_in_progress, practice.is_submitted, practice.is_public)
    moment = practice.changed_at.timestamp() if practice.changed_at else 0
    return rank.index(True) if True in rank else len(rank), -moment


def _entry(practice: DeskPractice) -> Entry:
    kind, state, what_next = _state(practice)
    if practice.is_closed and (practice.is_submitted or practice.is_returned):
        what_next = sentence_list([what_next, closed_words()])
    is_open = practice.copy is not None
    return Entry(
        title=practice.title,
        language=practice.language,
        url=writing_url(practice) if is_open or not practice.versions else practice.version_for(active_language()).url,
        kind=kind,
        state=state,
        what_next=what_next,
        facts=_facts(practice),
        actions=_actions(practice),
    )


def _state(practice: DeskPractice) -> tuple[str, str, str]:
    """The status, its words, and what happens next."""
    since = practice.submission.since
    day = dates.day(timezone.localtime(since).date()) if since else ""
    if practice.is_submitted:
        words = _("With the secretariat since %(date)s") % {"date": day}
        return "review", words, _answer(since)
    if practice.is_with_secretariat:
        words = _("The secretariat has been revising it since %(date)s") % {"date": day}
        return "review", words, decides_first()
    if practice.is_returned:
        words = _("Returned with remarks on %(date)s") % {"date": day}
        return "closing-soon", words, _("Answer the remarks, and submit it again.")
    if practice.goes_live_at is not None:
        words = _("Accepted, it becomes public on %(date)s")
        moment = timezone.localtime(practice.goes_live_at).date()
        what_next = _("You get a mail when it is public, or when the day changes.")
        if practice.is_restricted:
            words = _("Accepted, it is published on %(date)s")
            what_next = _("Readers cannot open it then: an editor has restricted it. You get a mail when it is open.")
        return "review", words % {"date": dates.day(moment)}, what_next
    if practice.is_closed:
        return "closed", closed_state(is_restricted=practice.is_restricted), closed_words()
    if practice.by_secretariat:
        return "undated", _("Being taken over"), _("Readers see the text of the secretariat until yours is published.")
    if practice.is_in_progress and practice.is_public:
        return (
            "confirmed",
            _("Published, being revised"),
            _("Readers see the published version until the new one is published."),
        )
    if practice.is_in_progress:
        return "undated", _("In progress"), _("Only the people of your city see it.")
    if practice.is_public:
        return "confirmed", pgettext("state of a practice", "Published"), ""
    if (
        practice.page is not None
        and practice.page.first_published_at is None
        and practice.submission.stage == Stage.DONE
    ):
        words = _(
            "You get a mail when there is a new day, or when it is public. You can also revise the practice and submit "
            "it again."
        )
        return "undated", _("Accepted, without a day of publication"), words
    return "closed", _("Taken down"), _("Readers no longer see it. You can revise it and submit it again.")


def _answer(since: datetime | None) -> str:
    """When the secretariat answers a submission, and what to do when that day has passed."""
    until = answer_by(since or timezone.now())
    if until < timezone.localdate():
        return _("The answer is late: it was due on %(date)s. Ask the secretariat.") % {"date": dates.day(until)}
    words = _("By %(date)s you get a mail: it is published, or returned with remarks.")
    return words % {"date": dates.day(until)}


def _facts(practice: DeskPractice) -> list[dict]:
    """What a busy person asks first: who touched it, since when it is confirmed, in which languages it can be read."""
    facts: list[dict] = []
    copy = practice.copy
    if copy and not practice.is_submitted:
        words = _("%(date)s by %(name)s") if copy.updated_by else "%(date)s"
        day = dates.day(timezone.localtime(copy.updated_at).date())
        facts.append({"label": _("Last saved"), "value": words % {"date": day, "name": copy.updated_by or ""}})
    if practice.is_public and (last := practice.last_word):
        words = _("not since %(date)s") if practice.is_unconfirmed else "%(date)s"
        facts.append({"label": _("Confirmed"), "value": words % {"date": dates.day(last)}})
    if practice.versions:
        facts.append({"label": _("Languages"), "value": name_list(map(_version, practice.versions))})
        missing = set(LANGUAGE_CODES) - {version.language for version in practice.versions}
        if missing:
            names = [language_name(code) for code in LANGUAGE_CODES if code in missing]
            facts.append({"label": _("Languages still missing"), "value": name_list(names), "plain": True})
    elif practice.language:
        facts.append({"label": _("Language"), "value": language_name(practice.language)})
    return facts


def _version(version) -> str:
    if version.is_outdated:
        return _("%(language)s (out of date)") % {"language": version.name}
    return version.name


def _actions(practice: DeskPractice) -> list[dict]:
    """Links for what can be done now, the most likely first."""
    writing = {"url": writing_url(practice)}
    revise = {"label": _("Revise"), "url": published_url("desk-practice-revise", practice), "changes": True}
    if practice.copy is None:
        # While a version waits, there is nothing to do.
        actions: list[dict] = [] if practice.submission.stage == Stage.SUBMITTED else [revise]
    elif practice.is_returned:
        actions = [{"label": _("Read the remarks"), **writing}]
    elif practice.is_submitted:
        actions = [{"label": _("See what was submitted"), **writing}]
    elif practice.is_in_progress or practice.by_secretariat:
        actions = [{"label": _("Go on writing"), **writing}]
    else:
        actions = [revise]
    if practice.is_public:
        if not practice.by_secretariat and not practice.is_submitted:
            actions.append(
                {"label": _("Confirm that it is still true"), "url": published_url("desk-confirm", practice)}
            )
        actions.append({"label": _("See the page"), "url": practice.version_for(active_language()).url})
    return actions


def city_facts(city: City) -> list[dict]:
    """The facts that a city may change, as its page shows them."""
    return facts_at_a_glance(city, "", {})


def profile_versions(city: City, readers: Iterable[str]) -> list[dict]:
    """The city's own words in each language of the portal: what there is, and in which state. Three queries.

    readers: the languages in which readers can open the page of the city.
    """
    profiles = CityProfile.objects.filter(city=city).select_related("locale")
    states = {profile.language: (profile, state) for profile, state in profile_states(profiles, readers).items()}
    rows = []
    for code in LANGUAGE_CODES:
        profile, state = states.get(code, (None, None))
        rows.append({"code": code, "name": own_name(code), "profile": profile, **_words(state)})
    return rows


def _words(state: ProfileState | None) -> dict[str, str]:
    """The state of the city's words in one language, as templates/components/desk/state.html takes it."""
    if state is None:
        return {"kind": "todo", "state": _("Not written")}
    return {"kind": "done" if state == ProfileState.PUBLISHED else "missing", "state": str(state.label)}


def unfound_words(language: str) -> list[str]:
    """What readers of a language searched for most this year without finding anything: an invitation to write."""
    rows = search_analytics.shown().filter(language=language, kind=SearchStatistic.Kind.WORDS)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.value] = counts.get(row.value, 0) + row.count
    return sorted(counts, key=lambda words: (-counts[words], words))[:MOST_WORDS]
