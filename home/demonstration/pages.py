"""Loads pages, first in their original language, then their translations. Each loader yields paths of new pages."""

from collections.abc import Iterator

from django.db import transaction
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation

from calls.models import Call, CallIndexPage, CallPage, CallQuestion, CallStep
from cities.models import City
from clusters.models import Cluster, ClusterIndexPage, ClusterPage
from core.i18n.languages import SOURCE_LANGUAGE
from core.pages import PortalPage
from core.translations.writing import pair_texts, write_translation
from events.models import EventCluster, EventIndexPage, EventOutcome, EventPage, EventSession
from events.services import cancel_event, move_event
from events.vocabularies import EventState
from home.demonstration.files import (
    blocks,
    parse_day,
    parse_instant,
    parse_number,
    parse_partial_date,
    read,
    read_folder,
)
from home.models import (
    HomePage,
    JoinGuide,
    JoinPage,
    JoinSource,
    JoinStep,
    NetworkSettings,
    NetworkWords,
    NewsCity,
    NewsIndexPage,
    NewsPage,
    NewsSource,
    StandardPage,
)
from home.structure import source_home
from practices.models import (
    PracticeCluster,
    PracticeIndexPage,
    PracticePage,
    PracticePartner,
    PracticeResult,
    PracticeSource,
    PracticeStep,
)
from practices.vocabularies import CostScope, ResultKind


def load_home(user) -> Iterator[str]:
    """Write the home pages and the network's texts, if nobody has edited them."""
    content = read("home.toml")
    home = source_home()
    english = content["words"][SOURCE_LANGUAGE]
    if not _is_edited(home):
        for row, example in zip(home.examples.all(), english["examples"], strict=True):
            row.label, row.query = example["label"], example["query"]
            row.save()
        home = HomePage.objects.get(pk=home.pk)
        home.title, home.lede = english["title"], english["lede"]
        home.save_revision(user=user).publish(user=user)
    if _has_text(home, english):
        for language, words in content["words"].items():
            if language != SOURCE_LANGUAGE and not _is_edited(home.get_translation(_locale(language))):
                translate(home, language, english, words, user)
                yield f"/{language}/"
    network = NetworkSettings.for_site(home.get_site())
    if not network.words.exists():
        _write_network_texts(network, content["network"])


def _is_edited(page: HomePage) -> bool:
    """Whether somebody, or an earlier run of this command, has written the page after `add_language` made it."""
    by_hand = StringTranslation.objects.filter(
        context__object=page.translation_key,
        locale=page.locale,
        last_translated_by__isnull=False,
    )
    return page.revisions.filter(user__isnull=False).exists() or by_hand.exists()


def _has_text(home: HomePage, words: dict) -> bool:
    """Whether the English home page has the demonstration's text, whose translations are at hand."""
    examples = [{"label": row.label, "query": row.query} for row in home.examples.all()]
    return (home.title, home.lede, examples) == (words["title"], words["lede"], words["examples"])


def _write_network_texts(network: NetworkSettings, words: dict) -> None:
    english = words[SOURCE_LANGUAGE]
    network.contact_email = english["contact_email"]
    network.contact_phone = english["contact_phone"]
    network.contact_fax = english["contact_fax"]
    network.is_demonstration = True
    network.words = [
        NetworkWords(
            language=language,
            name=own["name"],
            tagline=own["demonstration_line"],
            independence=own["independence"],
            postal_address=own["contact_postal"],
        )
        for language, own in words.items()
    ]
    network.save()


def load_join_page(user) -> Iterator[str]:
    """Write “How to join” in all languages, if nobody has written its steps yet."""
    content = read("join.toml")
    words = content["words"]
    english = words[SOURCE_LANGUAGE]
    page = JoinPage.objects.child_of(source_home()).get()
    if page.steps.exists():
        return
    for name in ("title", "lede", "rules", "form", "afterwards"):
        setattr(page, name, english[name])
    page.directory_url = content["directory_url"]
    page.steps = [
        JoinStep(actor=actor, text=text, sort_order=order)
        for order, (actor, text) in enumerate(zip(content["actors"], english["steps"], strict=True))
    ]
    page.guides = [
        JoinGuide(title=own["title"], sort_order=order, **facts)
        for order, (facts, own) in enumerate(zip(content["guides"], english["guides"], strict=True))
    ]
    page.sources = [JoinSource(**_source(source), sort_order=order) for order, source in enumerate(content["sources"])]
    page.save_revision(user=user).publish(user=user)
    for language, own in words.items():
        if language != SOURCE_LANGUAGE:
            translate(page, language, english, own, user)
            yield f"/{language}/…/{page.slug}/"


def load_standard_pages(user) -> Iterator[str]:
    """Load the standard pages: first those that lead on, each after the one that it leads to."""
    home = source_home()
    pages = dict(read_folder("pages"))
    for slug in sorted(pages, key=lambda slug: ("next" not in pages[slug], pages[slug].get("next") in pages)):
        content = pages[slug]
        words = content["words"]
        english = words[SOURCE_LANGUAGE]
        page = StandardPage(
            title=english["title"],
            slug=content.get("slug", slug),
            lede=english.get("lede", ""),
            body=blocks(english["body"]),
            shows_contact=slug == "contact",
            next_page=home.get_children().filter(slug=content.get("next", "")).first(),
            show_in_menus=slug == "about",
        )
        yield from _load(page, home, SOURCE_LANGUAGE, words, user)


def load_introduction(user) -> Iterator[str]:
    """Link “What is a learning city?” from the home page, unless another page is linked."""
    home = source_home()
    page = StandardPage.objects.child_of(home).filter(slug="what-is-a-learning-city").first()
    if page and home.introduction_id is None:
        home.introduction = page
        home.save_revision(user=user).publish(user=user)
        yield home.url


def load_cluster_pages(user) -> Iterator[str]:
    """Load the pages of the clusters."""
    parent = ClusterIndexPage.objects.child_of(source_home()).get()
    for code, content in read_folder("clusters"):
        words = content["words"]
        english = words[SOURCE_LANGUAGE]
        page = ClusterPage(
            cluster=Cluster.objects.get(code=code),
            title=content["names"][SOURCE_LANGUAGE],
            slug=code,
            introduction=english["introduction"],
            body=blocks(english.get("body", [])),
            contact_role=english.get("contact_role", ""),
        )
        named = {language: {"title": content["names"][language], **own} for language, own in words.items()}
        yield from _load(page, parent, SOURCE_LANGUAGE, named, user)


def load_call_pages(user) -> Iterator[str]:
    """Load the pages of the calls."""
    parent = CallIndexPage.objects.child_of(source_home()).get()
    for code, content in read_folder("calls"):
        words = content["words"]
        english = words[SOURCE_LANGUAGE]
        page = CallPage(
            call=Call.objects.get(code=code),
            title=english["title"],
            slug=code,
            lede=english["lede"],
            who_can_apply=english.get("who_can_apply", ""),
            extension_note=english.get("extension_note", ""),
            body=blocks(english.get("body", [])),
            results_text=english.get("results_text", ""),
        )
        page.steps = [
            CallStep(actor=step["actor"], text=step["text"], sort_order=order)
            for order, step in enumerate(english.get("steps", []))
        ]
        page.questions = [
            CallQuestion(question=item["question"], answer=item["answer"], sort_order=order)
            for order, item in enumerate(english.get("questions", []))
        ]
        yield from _load(page, parent, SOURCE_LANGUAGE, words, user)


def load_events(user) -> Iterator[str]:
    """Load events: the conferences of the series, and examples of upcoming events."""
    parent = EventIndexPage.objects.child_of(source_home()).get()
    for slug, content in read_folder("events"):
        words = content["words"]
        english = words[SOURCE_LANGUAGE]
        zone = content["time_zone"]
        source = (content.get("sources") or [{}])[0]
        page = EventPage(
            title=english["title"],
            slug=slug,
            lede=english.get("lede", ""),
            theme=english.get("theme", ""),
            venue=content.get("venue", ""),
            body=blocks(english.get("body", [])),
            kind=content["kind"],
            series=content.get("series", ""),
            edition=content.get("edition"),
            mode=content["mode"],
            time_zone=zone,
            host_city=_city(content.get("host_city")),
            registration_url=content.get("registration_url", ""),
            languages=content.get("languages", []),
            is_example=content.get("is_example", False),
            award_year=content.get("award_year"),
            source=", ".join(filter(None, [source.get("title"), source.get("publisher")])),
            source_url=source.get("url", ""),
        )
        if "first_day" in content:
            page.first_day = parse_day(content["first_day"])
            page.last_day = parse_day(content["last_day"])
        else:
            page.starts_at = parse_instant(content["starts_at"], zone)
            page.ends_at = parse_instant(content["ends_at"], zone)
        page.event_clusters = [
            EventCluster(cluster=Cluster.objects.get(code=code), sort_order=order)
            for order, code in enumerate(content.get("clusters", []))
        ]
        page.outcomes = [
            EventOutcome(title=words["title"], sort_order=order, **facts)
            for order, (facts, words) in enumerate(
                zip(content.get("outcomes", []), english.get("outcomes", []), strict=True)
            )
        ]
        page.sessions = [
            _session(item, english["sessions"][item["key"]], order, zone)
            for order, item in enumerate(content.get("sessions", []))
        ]
        is_new = not EventPage.objects.child_of(parent).filter(slug=slug).exists()
        yield from _load(page, parent, SOURCE_LANGUAGE, words, user)
        if is_new and "change" in content:
            yield from _change_event(page, content["change"], words, user)


def _change_event(event: EventPage, change: dict, words: dict, user) -> Iterator[str]:
    """Move or cancel an event with a note in every language, as its readers and editors would see it."""
    note = words[SOURCE_LANGUAGE]["change_note"]
    if change["state"] == EventState.MOVED:
        days = {name: parse_day(change[name]) for name in ("first_day", "last_day")}
        event = move_event(event, note=note, facts=days, user=user)
    else:
        event = cancel_event(event, note=note, user=user)
    for target, own in words.items():
        if target != SOURCE_LANGUAGE:
            translate(event, target, words[SOURCE_LANGUAGE], own, user)
    yield f"/{SOURCE_LANGUAGE}/…/{event.slug}/: {event.state}"


def _session(item: dict, words: dict, order: int, zone: str) -> EventSession:
    return EventSession(
        starts_at=parse_instant(f"{parse_day(item['day'])} {item['starts']}", zone),
        ends_at=parse_instant(f"{parse_day(item['day'])} {item['ends']}", zone),
        stream=item.get("stream", ""),
        languages=item.get("languages", []),
        title=words["title"],
        room=item.get("room", ""),
        speakers=words.get("speakers", ""),
        sort_order=order,
    )


def load_news(user) -> Iterator[str]:
    """Load news, each first in its original language."""
    for slug, content in read_folder("news"):
        language = content["original_language"]
        words = content["words"]
        own = words[language]
        page = NewsPage(
            title=own["title"],
            slug=slug,
            date=parse_day(content["date"]),
            lede=own["lede"],
            body=blocks(own.get("body", [])),
        )
        page.news_cities = [
            NewsCity(city=_city(code), sort_order=order) for order, code in enumerate(content.get("cities", []))
        ]
        page.sources = [
            NewsSource(**_source(source), sort_order=order) for order, source in enumerate(content.get("sources", []))
        ]
        parent = NewsIndexPage.objects.get(locale__language_code=language)
        yield from _load(page, parent, language, words, user)


def load_practices(user) -> Iterator[str]:
    """Load practices, each first in its original language."""
    for slug, content in read_folder("practices"):
        language = content["original_language"]
        parent = PracticeIndexPage.objects.get(locale__language_code=language)
        is_new = not PracticePage.objects.child_of(parent).filter(slug=slug).exists()
        page = _practice(slug, content)
        yield from _load(page, parent, language, content["words"], user)
        if is_new and "later" in content:
            _edit_original(PracticePage.objects.child_of(parent).get(slug=slug), content["later"], user)


def _edit_original(page: PracticePage, words: dict[str, str], user) -> None:
    """Change text of an original after its translation, so that the translations are outdated."""
    for name, text in words.items():
        setattr(page, name, text)
    page.save_revision(user=user).publish(user=user)


def _practice(slug: str, content: dict) -> PracticePage:
    words = content["words"][content["original_language"]]
    period_start, period_start_precision = parse_partial_date(content.get("period_start"))
    period_end, period_end_precision = parse_partial_date(content.get("period_end"))
    by_city = content["authored_by"] == PracticePage.AuthoredBy.CITY
    page = PracticePage(
        slug=slug,
        authored_by=content["authored_by"],
        city=_city(content["city"]),
        period_start=period_start,
        period_start_precision=period_start_precision,
        period_end=period_end,
        period_end_precision=period_end_precision,
        state=content.get("state", ""),
        sdgs=content.get("sdgs", []),
        action_lines=content.get("action_lines", []),
        target_groups=content.get("target_groups", []),
        learning_settings=content.get("settings", []),
        governance_levels=content.get("levels", []),
        cost_band=content.get("cost_band", "unknown"),
        cost_amount=content.get("cost_amount"),
        cost_currency=content.get("cost_currency", ""),
        cost_year=content.get("cost_year"),
        cost_scope=content.get("cost_scope", CostScope.YEAR),
        cost_is_planned=content.get("cost_is_planned", False),
        written_on=parse_day(content["written_on"]) if "written_on" in content else None,
        staff_fte=parse_number(str(content.get("staff_fte", ""))),
        months_to_first_result=content.get("months_to_first_result"),
        confirmed_on=parse_day(content["confirmed_on"]) if "confirmed_on" in content else None,
        consent=by_city,
        **{
            name: words.get(name, "")
            for name in (
                "title",
                "one_line_result",
                "problem",
                "not_again",
                "to_adapt",
                "limiting_factors",
                "cost_covers",
                "learners_part",
                "policy_base",
                "lead_unit",
                "contact_role",
                "quotation",
                "quotation_by",
            )
        },
    )
    page.practice_clusters = [
        PracticeCluster(cluster=Cluster.objects.get(code=code), sort_order=order)
        for order, code in enumerate(content["clusters"])
    ]
    page.steps = [PracticeStep(text=text, sort_order=o) for o, text in enumerate(words["steps"])]
    page.partners = [PracticePartner(name=name, sort_order=o) for o, name in enumerate(words.get("partners", []))]
    page.results = [
        PracticeResult(
            value=parse_number(result.get("value")),
            unit=result.get("unit", ""),
            label=words["results"][result["key"]],
            year=result.get("year"),
            kind=result.get("kind", ResultKind.RESULT),
            evidence=result.get("evidence", ""),
            basis=result["basis"],
            source=result["source"],
            source_url=result.get("source_url", ""),
            sort_order=order,
        )
        for order, result in enumerate(content["results"])
    ]
    page.sources = [
        PracticeSource(**_source(source), sort_order=order) for order, source in enumerate(content.get("sources", []))
    ]
    return page


def _source(source: dict) -> dict:
    published_on, precision = parse_partial_date(source.get("date"))
    return {
        "title": source["title"],
        "publisher": source.get("publisher", ""),
        "url": source["url"],
        "source_language": source.get("language", ""),
        "published_on": published_on,
        "published_on_precision": precision,
    }


def _city(code: str | None) -> City | None:
    return City.objects.get(code=code) if code else None


def _locale(language: str) -> Locale:
    return Locale.objects.get(language_code=language)


def _load(page: PortalPage, parent, language: str, words: dict, user) -> Iterator[str]:
    """Publish a page unless it exists, then write the missing translations."""
    locale = _locale(language)
    existing = type(page).objects.child_of(parent).filter(slug=page.slug).first()
    if existing is None:
        page.locale = locale
        with transaction.atomic():
            parent.add_child(instance=page)
            page.save_revision(user=user).publish(user=user)
        yield f"/{language}/…/{page.slug}/"
        existing = page
    for target, own in words.items():
        if target == language or existing.has_translation(_locale(target)):
            continue
        translate(existing, target, words[language], own, user)
        yield f"/{target}/…/{page.slug}/"


def translate(page, language: str, source_words: dict, words: dict, user) -> None:
    """Write and publish a translation. Raises ValueError when a string has no translation."""
    missing = write_translation(page, language, pair_texts(source_words, words), user=user, publish=True)
    if missing:
        raise ValueError(f"{page.slug} in {language} lacks: {missing[0]!r:.200}")
