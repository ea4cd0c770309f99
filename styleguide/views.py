"""The style guide: every component in all its states, at `/styleguide/` in development.

`?lang=ar` and `?lang=zh-hans` show it in other scripts. The sample data in `templates/styleguide/sample.toml` are
invented. The comment at the top of each component describes its data.
"""

import tomllib
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from calls.deadlines import clock_label
from calls.vocabularies import Clock
from core.blocks import ProseBlock
from core.drawing.cartography import MAP_VIEW_BOX, locator, merge_dots, project
from core.drawing.covers import draw_cover
from core.i18n import languages
from core.i18n.reader_zones import own_time, zone_menu
from core.templatetags.portal_components import STATUSES

SESSION = datetime(2026, 6, 24, 9, tzinfo=UTC)
SAMPLE = Path(settings.BASE_DIR) / "templates" / "styleguide" / "sample.toml"

# Code, sign and light colour of the seven clusters, in the order of their names in the sample.
CLUSTERS = (
    ("esd", "leaf", "#35621A"),
    ("equity-inclusion", "rings", "#7A2F74"),
    ("planning-monitoring", "bars", "#28569C"),
    ("global-citizenship", "target", "#085F6D"),
    ("entrepreneurship", "spark", "#854800"),
    ("health-wellbeing", "heart", "#A3283F"),
    ("literacy", "book", "#4B46A3"),
)
PLACES = (
    ("dk-sonderborg", 9.79, 54.91),
    ("ie-cork", -8.47, 51.9),
    ("gr-larissa", 22.42, 39.64),
    ("fi-espoo", 24.66, 60.21),
    ("kr-osan", 127.07, 37.15),
    ("mx-mexico-city", -99.13, 19.43),
    ("co-medellin", -75.56, 6.25),
    ("cn-beijing", 116.4, 39.9),
    ("sa-jubail", 49.66, 27.01),
    ("ke-nairobi", 36.82, -1.29),
)


class SampleForm(forms.Form):
    """Two fields; the sample input has an error in the first."""

    population = forms.IntegerField(
        label=_("Population"),
        help_text=_("A whole number, with the year it was counted"),
        error_messages={"invalid": _("Write a number without letters, for example 27766")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    comment = forms.CharField(label=_("Comment"), required=False, widget=forms.Textarea)


@cache
def sample() -> dict:
    """Return the sample texts by language."""
    return tomllib.loads(SAMPLE.read_text(encoding="utf-8"))


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show all components in the language of `?lang=`, by default English. 404 for a language without sample texts."""
    language = request.GET.get("lang", languages.SOURCE_LANGUAGE)
    if language not in sample():
        raise Http404
    with translation.override(language):
        context = frame(language) | components(language)
        return render(request, "styleguide/index.html", context)


def cover(request: HttpRequest, sign: str) -> HttpResponse:
    """Return a drawn cover in the colour of a cluster, for the sample pictures."""
    colours = {cluster_sign: colour for _code, cluster_sign, colour in CLUSTERS}
    if sign not in colours:
        raise Http404
    return HttpResponse(draw_cover(f"style guide {sign}", colours[sign], sign), "image/webp")


def frame(language: str) -> dict:
    """Return the context of the page around the components, as `templates/base.html` describes it."""
    texts = sample()[language]
    return {
        "page_language": language,
        "network": {
            "name": texts["network"],
            "tagline": texts["tagline"],
            "independence": texts["independence"],
            "home_url": "#",
            "search_url": "#",
        },
        "navigation": [
            {
                "label": label,
                "url": "#",
                "current": number == 0,
                "note": texts["open_note"] if number == 4 else "",
            }
            for number, label in enumerate(texts["navigation"])
        ],
        "languages": [
            {
                "code": code,
                "name": languages.own_name(code),
                "url": f"?lang={code}" if code in sample() else "#",
                "current": code == language,
            }
            for code in languages.LANGUAGE_CODES
        ],
        "footer": [
            {"title": title, "links": [{"label": label, "url": "#"} for label in labels]}
            for title, *labels in texts["footer"]
        ],
        "banner": {"text": texts["banner"][0], "url": "#", "label": texts["banner"][1]},
    }


def components(language: str) -> dict:
    """Return sample data for every component, under the names of its variables."""
    texts = sample()[language]
    clusters = [
        {"code": code, "sign": sign, "name": name, "url": "#"}
        for (code, sign, _colour), name in zip(CLUSTERS, texts["clusters"], strict=True)
    ]
    cards = [
        {"title": title, "url": "#", "place": place, "clusters": [clusters[number]]}
        | {"picture": _picture(clusters[number]["sign"]), "result": texts["result"], "language": language}
        for title, place, number in zip(texts["practices"], texts["places"], (6, 2, 1, 0), strict=True)
    ]
    dots = merge_dots(PLACES)
    return (
        _search(texts, clusters, language)
        | _desk(texts["desk"])
        | {
            "texts": texts,
            "statuses": list(STATUSES)[:-1],
            "clusters": clusters,
            "lead_card": cards[0],
            "cards": cards[1:],
            "related": [card | {"reason": reason} for card, reason in zip(cards, texts["reasons"], strict=False)],
            "crumbs": [{"label": label, "url": "#"} for label in (texts["navigation"][0], texts["clusters"][6])],
            "facts": [
                *_facts(texts["facts"]),
                {"label": texts["evidence"][0], "value": texts["evidence"][1], "step": 3},
            ],
            "city_facts": _facts(texts["city_facts"]),
            "clocks": _clocks(texts),
            "closing_clocks": _closing_clocks(texts),
            "zone_menu": zone_menu("", "/styleguide/", SESSION),
            "points": [
                {"date": date, "text": text, "note": note, "state": state}
                for (date, text, note), state in zip(
                    texts["history"], ("past", "void", "today", "future", "future", "future"), strict=True
                )
            ],
            "editions": [{"edition": year, "place": place, "url": "#"} for year, place in texts["editions"]],
            "files": [
                {"url": "#", "language": code, "type": "PDF", "pages": 2, "size": "184 kB", "old_date": old_date}
                for code, old_date in (("en", ""), ("fr", ""), ("pt", texts["dates"][2]), ("ar", ""))
            ],
            "events": [
                {"day": day, "under": under, "title": title, "kind_and_place": kind, "time": hours, "zone": zone}
                | {"url": "#", "date": "2026-06-24", "is_range": "–" in day}
                | ({"starts_at": "2026-06-24T12:00Z", "ends_at": "2026-06-24T13:00Z"} if hours else {})
                for day, under, title, kind, hours, zone in texts["events"]
            ],
            "call": {
                "title": texts["call"][0],
                "url": "#",
                "status": "extended",
                "dates": [{"label": texts["facts"][0][0], "date": texts["dates"][0], "iso": "2026-06-30"}],
                "left": ngettext("%(days)s day left", "%(days)s days left", 12) % {"days": 12},
            },
            "cities": [
                {"name": name, "country": country, "note": note, "url": "#"} for name, country, note in texts["cities"]
            ],
            "news": {"date": texts["news"][0], "iso": "2026-06-12", "title": texts["news"][1], "lede": texts["news"][2]}
            | {"url": "#"},
            "sessions": [
                {"time": hours, "starts": hours[:5], "title": title, "line": line, "own": own_time(SESSION, None)}
                for hours, title, line in texts["sessions"]
            ],
            "steps": [{"text": text} for text in texts["done"][1:]],
            "results": [
                {"number": number, "text": text, "kind": kind, "year": year, "source": source}
                for (number, text, year, source), kind in zip(
                    texts["results"], ("", "no-effect", "expected"), strict=True
                )
            ],
            "figures": [{"number": number, "text": text} for number, text in texts["figures"]],
            "versions": [{"code": code, "url": "#"} for code in ("ar", "en", "fr")],
            "contact": {
                "role": texts["contact"][0],
                "postal": texts["contact"][1],
                "email": "network@example.org",
                "phone": "+00 000 000 000",
            },
            "maps": [
                {
                    "kind": kind,
                    "view_box": MAP_VIEW_BOX,
                    "name": texts["map"][0],
                    "reach": 10,
                    "dots": [
                        {"x": dot.x, "y": dot.y, "size": dot.size, "url": "#", "name": ", ".join(dot.codes)}
                        | {"name_x": dot.x, "name_y": dot.y - 20}
                        for dot in dots
                    ],
                }
                for kind in ("wide", "narrow")
            ],
            "locator": locator(9.79, 54.91),
            "others": locator(9.79, 54.91).spots(project(*place[1:]) for place in PLACES[1:4]),
            "tags": [{"kind": "stopped"}],
            "provenance": [
                {"kind": "", "text": texts["translated"]},
                {"kind": "confirmed", "text": texts["confirmed"]},
            ],
            "lesson": {"heading": texts["not_again_heading"], "text": texts["not_again"]},
            "sources": [
                {"title": texts["other"][0], "url": "#", "publisher": texts["places"][2], "source_language": "es"}
            ],
            "prose": ProseBlock().to_python(_prose(texts)),
            "form": SampleForm({"population": "27 tsd."}),
            "empty_links": [{"label": label, "url": "#"} for label in texts["empty"][1:]],
            "contents": [
                {"label": label, "url": "#", "current": number == 1} for number, label in enumerate(texts["navigation"])
            ],
        }
    )


def _picture(sign: str) -> dict:
    address = reverse("styleguide-cover", args=[sign])
    return {"src": address, "width": 960, "height": 720, "alt": "", "is_drawn": True}


def _prose(texts: dict) -> list[dict]:
    """Return blocks of running text as the database stores them, without those that need a file."""
    number, counted, year, source = texts["results"][0]
    return [
        {"type": "heading", "value": texts["done"][0]},
        {"type": "text", "value": f"<p>{texts['problem'][1]}</p><p>{texts['not_again']}</p>"},
        {"type": "quotation", "value": {"text": texts["quotation"][0], "who": texts["quotation"][1]}},
        {"type": "figure", "value": {"number": number, "text": counted, "year": year, "source": source}},
        {"type": "video", "value": {"url": "https://example.org/", "title": texts["news"][1]}},
        {"type": "call_out", "value": {"title": texts["call"][0], "text": f"<p>{texts['call'][1]}</p>"}},
    ]


def _facts(rows: list[list[str]]) -> list[dict]:
    return [{"label": label, "value": value, "note": note} for label, value, note in rows]


def _clocks(texts: dict) -> list[dict]:
    zones = texts["zones"]

    def rows(utc: str, secretariat: str) -> list[dict]:
        return [
            {"kind": "utc", "text": utc},
            {"kind": "secretariat", "place": texts["secretariat"], "text": secretariat},
        ]

    return [
        {
            "kind": "city",
            "label": clock_label(Clock.CITY),
            "date": texts["dates"][0],
            "time": "23:59",
            "iso": "2026-06-30T21:59Z",
        }
        | {"local": time(23, 59), "earlier": {"date": texts["dates"][2]}, "why_url": "#", "days_left": 12}
        | {"zones": rows(zones[0], zones[1])},
        {
            "kind": "commission",
            "label": clock_label(Clock.COMMISSION),
            "date": texts["dates"][1],
            "time": "18:00",
            "iso": "2026-07-15T16:00Z",
        }
        | {"local": time(18), "earlier": {"date": texts["dates"][3]}, "days_left": 27}
        | {"zones": rows(zones[2], zones[3])},
    ]


def _closing_clocks(texts: dict) -> list[dict]:
    city, commission = _clocks(texts)
    return [
        city | {"days_left": None, "closes_in": texts["closes_in"], "earlier": {}},
        commission
        | {"label": clock_label(Clock.COMMISSION, is_closed=True)}
        | {"is_closed": True, "earlier": None, "time": "", "zones": []},
    ]


def _desk(texts: dict) -> dict:
    """Return sample data for the components of the desk."""
    text, note, *missing = texts["meter"]
    legend, hint, own, other = texts["versions"]
    return {
        "tasks": [
            {"label": label, "hint": hint, "kind": kind, "state": state, "url": "#"}
            for label, hint, kind, state in texts["tasks"]
        ],
        "meter": {"text": text, "note": note, "missing": missing, "value": 5, "maximum": 8},
        "waits": [
            {"title": title, "url": "#", "text": text, "by": by, "is_due": number == 1}
            for number, (title, text, by) in enumerate(texts["waits"])
        ],
        "next_steps": [{"when": when, "text": text} for when, text in texts["next"]],
        "two_versions": {
            "legend": legend,
            "hint": hint,
            "texts": [
                {"value": "own", "label": own, "text": note, "checked": True},
                {"value": "other", "label": other, "text": ""},
            ],
        },
        "remarks": [
            {"kind": kind, "who": who, "when": when, "text": text} for kind, who, when, text in texts["thread"]
        ],
        "answers": [{"label": label, "value": hint, "url": "#"} for label, hint, _kind, _state in texts["tasks"]],
    }


def _search(texts: dict, clusters: list[dict], language: str) -> dict:
    facets = [
        {
            "name": f"example-{number}",
            "label": label,
            "open": number < 2,
            "options": [
                {"value": str(place), "label": name, "count": 14 - 4 * place, "checked": place == 0 and number < 2}
                for place, name in enumerate(names)
            ],
        }
        for number, (label, *names) in enumerate(texts["facets"])
    ]
    facets[2]["more"] = [option | {"value": f"more-{option['value']}"} for option in facets[2]["options"]]
    facets.append({"name": "period", "label": texts["facts"][0][0], "years": {"from": "2015", "to": ""}, "open": True})
    title, result, *snippet = texts["hit"]
    other_title, *other_snippet = texts["other"][:6]
    return {
        "filters": {"action": "", "facets": facets, "chosen": 2},
        "chips": [{"label": names[1], "url": "#"} for names in texts["facets"][:2]],
        "hit": {"title": title, "url": "#", "language": language, "place": texts["places"][0], "result": result}
        | {"snippet": [(text, place % 2 == 1) for place, text in enumerate(snippet[:5])], "facts": snippet[5:]}
        | {"clusters": clusters[6:], "picture": _picture("book"), "voice": True}
        | {"tags": [{"kind": "lesson"}], "provenance": [{"kind": "", "text": texts["translated"]}]},
        "other_hit": {"title": other_title, "url": "#", "language": "es", "place": texts["other"][7], "voice": True}
        | {"snippet": [(text, place % 2 == 1) for place, text in enumerate(other_snippet)]}
        | {"clusters": clusters[3:4], "picture": _picture("target"), "ask_url": "#"}
        | {"tags": [{"kind": "plain", "text": texts["other"][6]}]},
        "pages": {
            "next_url": "#",
            "links": [
                {"number": 1, "url": "#", "current": True},
                {"number": 2, "url": "#"},
                {},
                {"number": 9, "url": "#"},
            ],
        },
    }


urlpatterns = [
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/covers/<slug:sign>.webp", cover, name="styleguide-cover"),
]
