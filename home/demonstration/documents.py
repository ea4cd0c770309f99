"""Flyers of the calls in several languages: PDF files, generated with Typst."""

import json
import logging
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import fontpkg
import typst
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from calls.deadlines import DATE_NAMES, clock_label, has_commission_deadline, last_minute
from calls.models import Call, CallDocument, CallPage, DateChange
from calls.vocabularies import Clock, Precision
from core.i18n import dates
from core.i18n.addresses import absolute, page_address
from core.i18n.languages import direction, html_code, own_name
from core.i18n.text import detail_list, plain_text
from core.media.models import PortalDocument
from core.vocabularies import Licence
from home.demonstration.files import parse_day, read_folder
from home.models import NetworkSettings
from home.structure import source_home

logger = logging.getLogger(__name__)

TEMPLATE = Path(__file__).parent / "flyer.typ"
# Contains Debian's fonts-noto-cjk, if installed. Without a Chinese font the Chinese flyer is left out.
SYSTEM_FONTS = Path("/usr/share/fonts")


def _missing() -> Iterator[tuple[Call, CallPage, int, dict]]:
    """The flyers named in the calls' files that do not exist: call, page, place among the files, what is said."""
    for code, facts in read_folder("calls"):
        call = Call.objects.get(code=code)
        for order, item in enumerate(facts.get("documents", [])):
            item = {"version": "1", "kind": CallDocument.Kind.FLYER, **item}
            if call.documents.filter(**{name: item[name] for name in ("kind", "language", "version")}).exists():
                continue
            page = CallPage.objects.filter(call=call, locale__language_code=item["language"]).first()
            if page is not None:
                yield call, page, order, item


def flyers_left_out() -> str:
    """One sentence after `load_flyers` about those that no font of this machine draws; "" if there are all."""
    missing = [f"{call.code} ({own_name(page.language)})" for call, page, _order, _item in _missing()]
    if not missing:
        return ""
    return (
        f"Left out, because no font of this machine draws their characters: the flyers of {', '.join(missing)}. "
        "Install a font, on Debian and Ubuntu fonts-noto-cjk for Chinese, and run “manage.py load_demo” again."
    )


def load_flyers(user) -> Iterator[str]:
    """Create the missing flyers named in the calls' files, except what no font draws; yield their titles."""
    for call, page, order, item in _missing():
        kind, language, version = item["kind"], item["language"], item["version"]
        shown = parse_day(item["shows_deadline"]) if item.get("shows_deadline") else None
        try:
            content = draw_flyer(page, shown)
        except typst.TypstError as error:
            # A flyer with missing glyphs is worse than none: `flyers_left_out` says so.
            logger.info("The flyer of %s in %s is left out: %s", call.code, language, error)
            continue
        document = PortalDocument(
            title=f"{page.title} ({own_name(language)})",
            language=language,
            licence=Licence.CC_BY,
            uploaded_by_user=user,
        )
        document.file.save(f"{call.code}-{kind}-{language}-{version}.pdf", ContentFile(content))
        CallDocument.objects.create(
            call=call,
            kind=kind,
            language=language,
            version=version,
            document=document,
            shows_deadline=shown,
            sort_order=order,
        )
        yield document.title


def draw_flyer(page: CallPage, shown: date | None) -> bytes:
    """Return a flyer of a call's page as a tagged PDF (PDF/UA-1).

    shown: the last day for cities that the flyer shows, or None for the current one. The deadline for
    commissions is the one that was valid together with it. Raises typst.TypstError when a font lacks a
    character.
    """
    language = page.language
    network = NetworkSettings.for_site(source_home().get_site())
    words = network.words.get(language=language)
    call = _as_announced(Call.objects.get(pk=page.call_id), shown)
    with translation.override(language):
        flyer = {
            "lang": html_code(language).split("-")[0],
            "direction": direction(language),
            "network": words.name,
            "title": page.title,
            "lede": page.lede,
            "clocks": [
                {
                    "label": clock_label(
                        clock,
                        has_date=getattr(call, DATE_NAMES[clock]) is not None,
                        has_commission=has_commission_deadline(call),
                    ),
                    "date": _deadline_text(call, clock),
                }
                for clock in (Clock.CITY, Clock.COMMISSION)
                if clock == Clock.CITY or has_commission_deadline(call)
            ],
            "who_heading": _("Who can apply"),
            "who": _paragraphs(page.who_can_apply),
            "steps_heading": _("How to apply"),
            "steps": [{"actor": step.get_actor_display(), "text": step.text} for step in page.steps.all()],
            "address_label": _("This call online, with the valid dates:"),
            "address": absolute(page_address(page.url_path, language)),
            "contact_heading": _("Contact"),
            # A real call is one of another network, which has its own office.
            "postal": words.postal_address.splitlines() if call.is_example else [call.source],
            "email": call.contact_email or network.contact_email,
            "phone": network.contact_phone if call.is_example else "",
            "notes": [
                {"title": block.value["title"], "text": plain_text(str(block.value["text"]))}
                for block in page.body
                if block.block_type == "call_out"
            ],
            "independence": words.independence,
        }
    return typst.compile(  # type: ignore[misc]  # its stubs want one type for the source and the fonts
        TEMPLATE.read_bytes(),
        font_paths=[str(fontpkg.path("noto-sans-arabic")), *([str(SYSTEM_FONTS)] if SYSTEM_FONTS.is_dir() else [])],
        sys_inputs={"flyer": json.dumps(flyer)},
        pdf_standards=["ua-1"],
    )


def _as_announced(call: Call, shown: date | None) -> Call:
    """The call with the dates that were announced when `shown` became the last day for cities."""
    at = timezone.now()
    if shown is not None:
        changes = list(DateChange.objects.valid().filter(call=call).order_by("announce_at", "pk"))
        to_cities = (change for change in changes if change.clock == Clock.CITY and change.new)
        change = next((change for change in to_cities if last_minute(call, change.new).date() == shown), None)
        if change:
            at = change.announce_at
        elif changes:
            at = changes[0].announce_at - timedelta(minutes=1)
    return Call.objects.with_dates(at).get(pk=call.pk)


def _deadline_text(call: Call, clock: Clock) -> str:
    """A deadline with its hour and whose hour it is: "30 June 2026, 23:59 (Hamburg, UTC+2)"."""
    deadline = getattr(call, DATE_NAMES[clock])
    if deadline is None:
        return _("Date not on record")
    local = last_minute(call, deadline)
    place = detail_list([call.time_zone_place, dates.utc_offset(local)])
    if call.precision == Precision.MINUTE:
        return dates.moment(local, place)
    moment = _("%(day)s, end of the day") % {"day": dates.day(local)}
    return _("%(moment)s (%(place)s)") % {"moment": moment, "place": place}


def _paragraphs(html: str) -> list[dict]:
    """The paragraphs and list items of rich text, in their order."""
    soup = BeautifulSoup(html, "html.parser")
    return [{"is_item": tag.name == "li", "text": plain_text(str(tag))} for tag in soup.find_all(["p", "li"])]
