"""Flyers of the calls in several languages: PDF files, generated with Typst."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import fontpkg
import typst
from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.translation import gettext as _

from calls.models import Call, CallDocument, CallPage
from core.i18n import dates
from core.i18n.languages import direction, html_code, own_name
from core.media.models import PortalDocument
from core.vocabularies import Licence
from home.demonstration.files import parse_day, read_folder
from home.models import NetworkSettings
from home.structure import source_home

TEMPLATE = Path(__file__).parent / "flyer.typ"
# Contains Debian's fonts-noto-cjk, if installed. Without it, the Chinese flyer is left out.
SYSTEM_FONTS = Path("/usr/share/fonts")


def load_flyers(user) -> Iterator[str]:
    """Create the missing flyers named in the calls' files; yield their titles."""
    for code, facts in read_folder("calls"):
        call = Call.objects.get(code=code)
        for order, item in enumerate(facts.get("documents", [])):
            language, version = item["language"], item.get("version", "1")
            kind = item.get("kind", CallDocument.Kind.FLYER)
            if call.documents.filter(kind=kind, language=language, version=version).exists():
                continue
            page = CallPage.objects.filter(call=call, locale__language_code=language).first()
            if page is None:
                continue
            shown = parse_day(item["shows_deadline"]) if item.get("shows_deadline") else None
            try:
                content = draw_flyer(page, shown)
            except typst.TypstError:
                # A font lacks a character. A flyer with missing glyphs is worse than none.
                continue
            document = PortalDocument(
                title=f"{page.title} ({own_name(language)})",
                language=language,
                licence=Licence.CC_BY,
                uploaded_by_user=user,
            )
            document.file.save(f"{code}-{kind}-{language}-{version}.pdf", ContentFile(content))
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

    shown: the last day for cities that the flyer shows, or None. Raises typst.TypstError when a font
    lacks a character.
    """
    language = page.language
    words = NetworkSettings.for_site(source_home().get_site()).words.get(language=language)
    with translation.override(language):
        flyer = {
            "lang": html_code(language).split("-")[0],
            "direction": direction(language),
            "network": words.name,
            "title": page.title,
            "lede": page.lede,
            "clocks": [
                {
                    "label": _("Your city hands in by"),
                    "date": dates.day(shown),
                }
            ]
            if shown
            else [],
            "steps_heading": _("How to apply"),
            "steps": [{"actor": step.get_actor_display(), "text": step.text} for step in page.steps.all()],
            "independence": words.independence,
        }
    return typst.compile(  # type: ignore[misc]  # its stubs want one type for the source and the fonts
        TEMPLATE.read_bytes(),
        font_paths=[str(fontpkg.path("noto-sans-arabic")), *([str(SYSTEM_FONTS)] if SYSTEM_FONTS.is_dir() else [])],
        sys_inputs={"flyer": json.dumps(flyer)},
        pdf_standards=["ua-1"],
    )
