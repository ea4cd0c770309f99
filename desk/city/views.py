"""The facts of a city, and its own words, at the desk."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from cities.models import City, CityIndexPage
from cities.presentation import city_context, city_url, city_urls, profile_context
from clusters.models import Cluster
from core.i18n import dates
from core.i18n.languages import LANGUAGE_CODES, language_name
from core.i18n.text import name_list
from desk.access import city_for, desk_view
from desk.city.facts import change_facts, conflict_texts, errors_by_field
from desk.city.forms import FACTS, WORDS, FactsForm, WordsForm, facts_of, initial_facts
from desk.city.merging import Merged, same_line_ends
from desk.city.profile import Words, languages_shown, publish, save_draft, words_of
from desk.permissions import Action
from desk.waiting import crumbs

SHOWN, CHOICE = "shown-", "choose-"
OWN, OTHER = "own", "other"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def facts(request: HttpRequest, city: str) -> HttpResponse:
    """`…/cities/<code>/facts/`: the facts that a city changes at once."""
    found = city_for(request.user, city, Action.CHANGE_CITY)
    if request.method != "POST":
        return _facts_page(request, found, FactsForm(city=found, initial=initial_facts(found)), facts_of(found))
    form = FactsForm(request.POST, city=found)
    shown = {name: request.POST.get(SHOWN + name, "") for name in FACTS}
    if not form.is_valid():
        return _facts_page(request, found, form, shown, status=422)
    typed = _chosen(request.POST, form.texts(), shown)
    try:
        merged = change_facts(found, shown, typed, by=request.user, request=request)
    except ValidationError as error:
        for name, errors in errors_by_field(error).items():
            form.add_error(name, errors)
        return _facts_page(request, found, form, shown, status=422)
    if merged.conflicts:
        return _facts_conflict(request, found, form, shown, typed, merged)
    if not merged.changed:
        done = _("Nothing was changed.")
    elif city_urls(found.code):
        done = _("Saved. Readers see the new facts at once.")
    else:
        done = _(
            "Saved. Readers cannot open your city’s page now: they see the new facts as soon as the secretariat opens "
            "the page to the public."
        )
    messages.success(request, done)
    return redirect("desk-city", found.code)


def _chosen(posted: Mapping[str, str], typed: dict[str, str], shown: Mapping[str, str]) -> dict[str, str]:
    """The texts after the choices of a conflict: the other text is the one that the form showed as saved."""
    taken = {name for name in typed if posted.get(CHOICE + name) == OTHER}
    if "population" in taken:
        taken |= {"population_year", "population_source"}
    return {name: shown[name] if name in taken else text for name, text in typed.items()}


def _facts_page(
    request, city: City, form: FactsForm, shown: Mapping[str, str], status: int = 200, **more
) -> HttpResponse:
    context = {
        "page_title": _("Facts of %(city)s") % {"city": city.name},
        "city": city,
        "crumbs": [*crumbs(), {"label": city.name, "url": reverse("desk-city", args=[city.code])}],
        "lede": _("The page of your city shows them in every language. What you leave empty is left out."),
        "form": form,
        "shown": [{"name": SHOWN + name, "value": shown[name]} for name in FACTS],
    }
    return render(request, "desk/city/facts.html", context | more, status=status)


def _facts_conflict(request, city: City, form: FactsForm, shown, typed, merged: Merged) -> HttpResponse:
    """The form with both texts of each fact that two people have changed."""
    others = conflict_texts(merged.conflicts)
    choices = []
    for name, other in others.items():
        own = {field: typed[field] for field in other}
        choices.append(_choice(name, str(form.fields[name].label), _fact_text(own), _fact_text(other)))
    now = dict(shown) | {field: text for other in others.values() for field, text in other.items()}
    return _facts_page(request, city, form, now, status=409, choices=choices)


def _fact_text(texts: Mapping[str, str]) -> str:
    """A fact as a person reads it."""
    if "answers_in" in texts:
        codes = texts["answers_in"].split()
        return name_list([language_name(code) for code in codes]) if codes else ""
    if texts.get("population"):
        number = dates.number(int(texts["population"]))
        return f"{number} ({texts['population_year']}, {texts['population_source']})"
    return "".join(texts.values())


def _choice(name: str, label: str, own: str, other: str) -> dict:
    return {
        "legend": _("“%(field)s” was changed by somebody else, too") % {"field": label},
        "name": CHOICE + name,
        "versions": [
            {"value": OWN, "label": _("What you have written"), "text": own, "checked": True},
            {"value": OTHER, "label": _("What is saved now"), "text": other},
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def profile(request: HttpRequest, city: str, language: str) -> HttpResponse:
    """`…/cities/<code>/profile/<language>/`: the city's own words in one language, as a draft that it publishes."""
    found = city_for(request.user, city, Action.CHANGE_CITY)
    if language not in LANGUAGE_CODES:
        raise Http404
    words = words_of(found, language)
    if request.method != "POST":
        return _profile_page(request, words, _words_form(words), words.texts)
    form = _words_form(words, request.POST)
    shown = {name: same_line_ends(request.POST.get(SHOWN + name, "")) for name in WORDS}
    if not form.is_valid():
        return _profile_page(request, words, form, shown, status=422)
    typed = _chosen(request.POST, {name: same_line_ends(form.cleaned_data.get(name, "")) for name in WORDS}, shown)
    merged = save_draft(found, language, shown, typed, by=request.user, request=request)
    if merged.conflicts:
        return _profile_conflict(request, words, form, shown, typed, merged)
    return _after_saving(request, words, form)


def _after_saving(request, words: Words, form: WordsForm) -> HttpResponse:
    """Publish, show, or stay at the draft, as the button says."""
    here = reverse("desk-profile", args=[words.city.code, words.language])
    if "preview" in request.POST:
        return redirect("desk-profile-preview", words.city.code, words.language)
    if "publish" not in request.POST:
        messages.success(request, _("Saved as a draft. Only the people of your city and the secretariat see it."))
        return redirect(here)
    try:
        is_published = publish(words.city, words.language, by=request.user, request=request)
    except ValidationError as error:
        form.add_error(None, error.messages)
        fresh = words_of(words.city, words.language)
        return _profile_page(request, fresh, form, fresh.texts, status=422)
    if not is_published:
        done = _("Sent to the secretariat, which reads it first.")
    elif words.language in languages_shown(words.city):
        done = _("Published. Readers see it now.")
    else:
        done = _(
            "Published. Readers cannot open your city’s page in this language now: they see the text as soon as the "
            "secretariat opens the page to the public."
        )
    messages.success(request, done)
    return redirect("desk-city", words.city.code)


def _words_form(words: Words, data=None) -> WordsForm:
    form = WordsForm(data, language=words.language, initial=words.texts)
    for name in set(WORDS) - set(words.fields):
        del form.fields[name]
    return form


def _profile_page(
    request, words: Words, form: WordsForm, shown: Mapping[str, str], status: int = 200, **more
) -> HttpResponse:
    city = words.city
    context = {
        "page_title": _("%(city)s in its own words: %(language)s")
        % {"city": city.name, "language": language_name(words.language)},
        "city": city,
        "crumbs": [*crumbs(), {"label": city.name, "url": reverse("desk-city", args=[city.code])}],
        "words": words,
        "fields": [{"field": form[name], "source": words.original_texts.get(name, "")} for name in words.fields],
        "form": form,
        "shown": [{"name": SHOWN + name, "value": shown.get(name, "")} for name in words.fields],
        "original_language": language_name(words.original.language) if words.original else "",
        "is_open": bool(city_url(city.code, words.language)),
        "is_shown": words.language in languages_shown(city),
        "has_workflow": words.version is not None and words.version.get_workflow() is not None,
    }
    return render(request, "desk/city/profile.html", context | more, status=status)


def _profile_conflict(request, words: Words, form: WordsForm, shown, typed, merged: Merged) -> HttpResponse:
    choices = [
        _choice(name, str(form.fields[name].label), typed[name], other) for name, other in merged.conflicts.items()
    ]
    return _profile_page(request, words, form, dict(shown) | merged.conflicts, status=409, choices=choices)


@desk_view
def preview(request: HttpRequest, city: str, language: str) -> HttpResponse:
    """`…/profile/<language>/preview/`: the page of the city with its newest words, as readers will see it."""
    found = city_for(request.user, city, Action.VIEW)
    if language not in LANGUAGE_CODES:
        raise Http404
    words = words_of(found, language)
    index_page = CityIndexPage.objects.filter(locale__language_code=language).select_related("locale").first()
    if words.version is None or index_page is None:
        raise Http404
    back = {
        "kind": "warn",
        "text": _("Preview of your draft: readers do not see it."),
        "url": reverse("desk-profile", args=[found.code, language]),
        "label": _("Back to the text"),
    }
    with override(language):
        neighbourhood = City.objects.get_with_similar(found.code)
        context = city_context(*neighbourhood, Cluster.objects.links(language), index_page)
        context |= {
            "profile": profile_context(words.as_profile(words.texts), language),
            "no_profile": "",
            "banner": back,
        }
        return index_page.render(request, template="cities/city_page.html", context_overrides=context).render()
