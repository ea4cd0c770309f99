"""Reads the demonstration's TOML and CSV files and parses their dates.

Texts in languages that are not in the settings are ignored.
"""

import csv
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from core.i18n.places import zone_of
from core.vocabularies import DatePrecision

FOLDER = Path(__file__).parent
# The tables of the TOML files whose keys are languages.
TEXTS_BY_LANGUAGE = {"names", "network", "other_names", "words"}

RELATIVE = re.compile(r"([+-]\d+)d(?: (\d\d):(\d\d))?")


def read(name: str) -> dict[str, Any]:
    """Return the content of a TOML file."""
    return _read_toml(FOLDER / name)


def read_folder(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the TOML files of a folder as (name without suffix, content), sorted by name.

    Files whose original language is not in the settings are skipped.
    """
    for path in sorted((FOLDER / name).glob("*.toml")):
        content = _read_toml(path)
        if content.get("original_language", SOURCE_LANGUAGE) in LANGUAGE_CODES:
            yield path.stem, content


def _read_toml(path: Path) -> dict[str, Any]:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    for name in TEXTS_BY_LANGUAGE & content.keys():
        content[name] = {language: texts for language, texts in content[name].items() if language in LANGUAGE_CODES}
    return content


def read_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parse_day(text: str) -> date:
    """Parse a day: "2021-11-30", or relative to today: "+40d"."""
    if match := RELATIVE.fullmatch(text):
        return timezone.now().date() + timedelta(days=int(match[1]))
    return date.fromisoformat(text[:10])


def parse_instant(text: str, zone: str) -> datetime:
    """Parse a local time of a place: "2026-06-30 14:00" or "+9d 14:00". The default time is midnight.

    zone: the place, a code of `core.i18n.places`.
    """
    match = RELATIVE.fullmatch(text)
    if match:
        at = time(int(match[2] or 0), int(match[3] or 0))
    else:
        at = time.fromisoformat(text[11:16]) if len(text) > 10 else time()
    return datetime.combine(parse_day(text), at, zone_of(zone))


def parse_deadline(text: str | None, zone: str) -> datetime | None:
    """Parse a last day or last minute; return the first instant that is too late, or None for no text."""
    if not text:
        return None
    if ":" in text:
        return parse_instant(text, zone) + timedelta(minutes=1)
    return datetime.combine(parse_day(text) + timedelta(days=1), time(), zone_of(zone))


def parse_partial_date(text: str | None) -> tuple[date | None, str]:
    """Parse a date with year, month or day precision ("2022", "2022-03", "2022-03-14"); return it and the precision."""
    if not text:
        return None, DatePrecision.YEAR
    parts = [int(part) for part in text.split("-")]
    precision = [DatePrecision.YEAR, DatePrecision.MONTH, DatePrecision.DAY][len(parts) - 1]
    year, month, day = [*parts, 1, 1][:3]
    return date(year, month, day), precision


def parse_number(text: str | None) -> Decimal | None:
    """Parse a decimal number; return None for no text."""
    return Decimal(text) if text else None


def blocks(items: list[dict[str, str]]) -> list[tuple[str, Any]]:
    """Convert the blocks of a file into values for a StreamField."""
    values: list[tuple[str, Any]] = []
    for item in items:
        if "heading" in item:
            values.append(("heading", item["heading"]))
        elif "callout_title" in item:
            values.append(("call_out", {"title": item["callout_title"], "text": item["callout_text"]}))
        else:
            values.append(("text", item["text"]))
    return values
