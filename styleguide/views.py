"""The style guide: every component with its states, at `/styleguide/` in development.

`?lang=ar` and `?lang=zh-hans` show it in other scripts. The sample data are invented and lie in
`templates/styleguide/sample.toml`; they have the shapes that the comment on top of each component asks for.
"""

import tomllib
from datetime import time
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

from core.blocks import ProseBlock
from core.drawing.cartography import MAP_VIEW_BOX, locator, merge_dots
from core.drawing.covers import draw_cover
from core.i18n import languages
from core.templatetags.portal_components import STATUSES

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
    """Two fields; the sample input has a mistake in the first."""

    population = forms.IntegerField(
        label=_("Population"),
        help_text=_("A whole number, with the year it was counted"),
        error_messages={"invalid": _("Write a number without letters, for example 27766")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    comment = forms.CharField(label=_("Comment"), required=False, widget=forms.Textarea)


@cache
def sample() -> dict:
    """The invented words, by language."""
    return tomllib.loads(SAMPLE.read_text(encoding="utf-8"))


def styleguide(request: HttpRequest) -> HttpResponse:
    """All components in the language of `?lang=`, English without it; 404 for a language without sample."""
    language = request.GET.get("lang", languages.SOURCE_LANGUAGE)
    if language not in sample():
        raise Http404
    with translation.override(language):
        context = frame(language) | components(language)
        return render(request, "styleguide/index.html", context)


def cover(request: HttpRequest, sign: str) -> HttpResponse:
    """A drawn cover in a cluster's colour, for the sample pictures."""
    colours = {cluster_sign: colour for _code, cluster_sign, colour in CLUSTERS}
    if sign not in colours:
        raise Http404
    return HttpResponse(draw_cover(f"style guide {sign}", colours[sign], sign), "image/webp")


def frame(language: str) -> dict:
    """What the page around the components needs: see the top of `templates/base.html`."""
    words = sample()[language]
    return {
        "page_language": language,
        "network": {
            "name": words["network"],
            "tagline": words["tagline"],
            "independence": words["independence"],
            "home_url": "#",
            "search_url": "#",
        },
        "navigation": [
            {
                "label": label,
                "url": "#",
                "current": number == 0,
                "note": words["open_note"] if number == 4 else "",
            }
            for number, label in enumerate(words["navigation"])
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
            for title, *labels in words["footer"]
        ],
        "banner": {"text": words["banner"][0], "url": "#", "label": words["banner"][1]},
    }


def components(language: str) -> dict:
    """Sample data for every component, named after what each asks for."""
    words = sample()[language]
    clusters = [
        {"code": code, "sign": sign, "name": name, "url": "#"}
        for (code, sign, _colour), name in zip(CLUSTERS, words["clusters"], strict=True)
    ]
    cards = [
        {"title": title, "url": "#", "place": place, "clusters": [clusters[number]]}
        | {"picture": _picture(clusters[number]["sign"]), "result": words["result"], "language": language}
        for title, place, number in zip(words["practices"], words["places"], (6, 2, 1, 0), strict=True)
    ]
    dots = merge_dots(PLACES)
    return _search(words, clusters, language) | {
        "words": words,
        "statuses": list(STATUSES)[:-1],
        "clusters": clusters,
        "lead_card": cards[0],
        "cards": cards[1:],
        "related": [card | {"reason": reason} for card, reason in zip(cards, words["reasons"], strict=False)],
        "crumbs": [{"label": label, "url": "#"} for label in (words["navigation"][0], words["clusters"][6])],
        "facts": [*_facts(words["facts"]), {"label": words["evidence"][0], "value": words["evidence"][1], "step": 3}],
        "city_facts": _facts(words["city_facts"]),
        "clocks": _clocks(words),
        "closing_clocks": _closing_clocks(words),
        "points": [
            {"date": date, "text": text, "note": note, "state": state}
            for (date, text, note), state in zip(
                words["history"], ("past", "void", "today", "future", "future", "future"), strict=True
            )
        ],
        "editions": [{"date": year, "text": place, "url": "#", "state": "past"} for year, place in words["editions"]],
        "files": [
            {"url": "#", "language": code, "type": "PDF", "pages": 2, "size": "184 kB", "old_date": old_date}
            for code, old_date in (("en", ""), ("fr", ""), ("pt", words["dates"][2]), ("ar", ""))
        ],
        "events": [
            {"day": day, "under": under, "title": title, "kind_and_place": kind, "time": hours, "zone": zone}
            | {"url": "#", "date": "2026-06-24", "is_range": "–" in day}
            | ({"starts_at": "2026-06-24T12:00Z", "ends_at": "2026-06-24T13:00Z"} if hours else {})
            for day, under, title, kind, hours, zone in words["events"]
        ],
        "call": {
            "title": words["call"][0],
            "url": "#",
            "status": "extended",
            "dates": [{"label": words["facts"][0][0], "date": words["dates"][0], "iso": "2026-06-30"}],
            "left": ngettext("%(days)s day left", "%(days)s days left", 12) % {"days": 12},
        },
        "cities": [
            {"name": name, "country": country, "note": note, "url": "#"} for name, country, note in words["cities"]
        ],
        "news": {"date": words["news"][0], "iso": "2026-06-12", "title": words["news"][1], "lede": words["news"][2]}
        | {"url": "#"},
        "sessions": [
            {"time": hours, "starts": hours[:5], "title": title, "line": line}
            for hours, title, line in words["sessions"]
        ],
        "steps": [{"text": text} for text in words["done"][1:]],
        "results": [
            {"number": number, "text": text, "year": year, "source": source}
            for number, text, year, source in words["results"]
        ],
        "figures": [{"number": number, "text": text} for number, text in words["figures"]],
        "versions": [{"code": code, "url": "#"} for code in ("ar", "en", "fr")],
        "contact": {
            "role": words["contact"][0],
            "postal": words["contact"][1],
            "email": "network@example.org",
            "phone": "+00 000 000 000",
        },
        "map": {
            "view_box": MAP_VIEW_BOX,
            "name": words["map"][0],
            "dots": [
                {"x": dot.x, "y": dot.y, "size": dot.size, "url": "#", "name": ", ".join(dot.codes)} for dot in dots
            ],
        },
        "locator": locator(9.79, 54.91),
        "others": locator(9.79, 54.91).spots(PLACES[1:4]),
        "tags": [{"kind": "confirmed", "text": words["confirmed"]}, {"kind": "plain", "text": words["translated"]}],
        "sources": [{"title": words["other"][0], "url": "#", "publisher": words["places"][2], "source_language": "es"}],
        "prose": ProseBlock().to_python(_prose(words)),
        "form": SampleForm({"population": "27 tsd."}),
        "empty_links": [{"label": label, "url": "#"} for label in words["empty"][1:]],
        "contents": [
            {"label": label, "url": "#", "current": number == 1} for number, label in enumerate(words["navigation"])
        ],
    }


def _picture(sign: str) -> dict:
    address = reverse("styleguide-cover", args=[sign])
    return {"src": address, "width": 960, "height": 720, "alt": "", "is_drawn": True}


def _prose(words: dict) -> list[dict]:
    """Blocks of running text as the database holds them (without those that need a file)."""
    number, counted, year, source = words["results"][0]
    return [
        {"type": "heading", "value": words["done"][0]},
        {"type": "text", "value": f"<p>{words['problem'][1]}</p><p>{words['not_again']}</p>"},
        {"type": "quotation", "value": {"text": words["quotation"][0], "who": words["quotation"][1]}},
        {"type": "figure", "value": {"number": number, "text": counted, "year": year, "source": source}},
        {"type": "video", "value": {"url": "https://example.org/", "title": words["news"][1]}},
        {"type": "call_out", "value": {"title": words["call"][0], "text": f"<p>{words['call'][1]}</p>"}},
    ]


def _facts(rows: list[list[str]]) -> list[dict]:
    return [{"label": label, "value": value, "note": note} for label, value, note in rows]


def _clocks(words: dict) -> list[dict]:
    zones = words["zones"]

    def rows(utc: str, secretariat: str) -> list[dict]:
        return [
            {"kind": "utc", "text": utc},
            {"kind": "secretariat", "place": words["secretariat"], "text": secretariat},
        ]

    return [
        {"kind": "city", "date": words["dates"][0], "time": "23:59", "iso": "2026-06-30T21:59Z"}
        | {"hand": time(23, 59), "earlier": {"date": words["dates"][2]}, "why_url": "#", "days_left": 12}
        | {"zones": rows(zones[0], zones[1])},
        {"kind": "commission", "date": words["dates"][1], "time": "18:00", "iso": "2026-07-15T16:00Z"}
        | {"hand": time(18), "earlier": {"date": words["dates"][3]}, "days_left": 27}
        | {"zones": rows(zones[2], zones[3])},
    ]


def _closing_clocks(words: dict) -> list[dict]:
    city, commission = _clocks(words)
    return [
        city | {"days_left": None, "closes_in": words["closes_in"], "earlier": {}},
        commission | {"is_closed": True, "earlier": None, "time": "", "zones": []},
    ]


def _search(words: dict, clusters: list[dict], language: str) -> dict:
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
        for number, (label, *names) in enumerate(words["facets"])
    ]
    facets[2]["more"] = [option | {"value": f"more-{option['value']}"} for option in facets[2]["options"]]
    facets.append({"name": "period", "label": words["facts"][0][0], "years": {"from": "2015", "to": ""}, "open": True})
    title, result, *passage = words["hit"]
    other_title, *other_passage = words["other"][:6]
    return {
        "filters": {"action": "", "facets": facets, "chosen": 2},
        "chips": [{"label": names[1], "url": "#"} for names in words["facets"][:2]],
        "hit": {"title": title, "url": "#", "language": language, "place": words["places"][0], "result": result}
        | {"passage": [(text, place % 2 == 1) for place, text in enumerate(passage[:5])], "facts": passage[5:]}
        | {"clusters": clusters[6:], "picture": _picture("book"), "voice": True}
        | {"tags": [{"kind": "lesson"}, {"kind": "plain", "text": words["translated"]}]},
        "other_hit": {"title": other_title, "url": "#", "language": "es", "place": words["other"][7], "voice": True}
        | {"passage": [(text, place % 2 == 1) for place, text in enumerate(other_passage)]}
        | {"clusters": clusters[3:4], "picture": _picture("target"), "ask_url": "#"}
        | {"tags": [{"kind": "plain", "text": words["other"][6]}]},
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
