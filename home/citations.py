"""How a page is cited: in words, and as files for reference managers (BibTeX, RIS, CSL-JSON)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import rispy
from django.utils import timezone
from django.utils.translation import gettext as _

from core.i18n import dates
from core.i18n.addresses import absolute
from core.i18n.languages import html_code
from core.vocabularies import Licence
from practices.models import PracticePage

# Signs that mean something in BibTeX.
_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "%&#$_"},
    }
)


class _RisWriter(rispy.RisWriter):
    """Writes records without numbers between them, which are no part of the format."""

    def set_header(self, count):
        return ""


@dataclass(frozen=True)
class Citation:
    """What a citation of one language version names."""

    code: str
    """The code in the lasting address `/c/CODE`."""
    title: str
    author: str
    network: str
    """The name of the network, which publishes."""
    language: str
    """A code of the settings."""
    changed_on: date
    """The day of the last publication of this version."""
    licence: str = ""

    @property
    def url(self) -> str:
        """The lasting address, absolute."""
        return absolute(f"/c/{self.code}")

    def in_words(self) -> str:
        """The citation in the active language."""
        values = {
            "author": self.author,
            "title": self.title,
            "network": self.network,
            "date": dates.day(self.changed_on),
            "url": self.url,
        }
        if self.author == self.network:
            # Translators: a citation of a page that the network itself wrote, with the quotation marks of the language.
            return _("%(network)s: “%(title)s”, version of %(date)s, %(url)s") % values
        # Translators: a citation of a page, with the quotation marks of the language.
        return _("%(author)s: “%(title)s”, %(network)s, version of %(date)s, %(url)s") % values

    def bibtex(self) -> str:
        """An entry of the type `misc`, which every BibTeX knows. Double braces keep names and titles as they are."""
        fields = {
            "author": f"{{{_escaped(self.author)}}}",
            "title": f"{{{_escaped(self.title)}}}",
            "howpublished": _escaped(self.network),
            "year": str(self.changed_on.year),
            "date": self.changed_on.isoformat(),
            "language": html_code(self.language),
            "url": self.url,
            "note": _escaped(self.licence),
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        return f"@misc{{{self.code},\n{lines}}}\n"

    def ris(self) -> str:
        """A record of the type ELEC, a web page."""
        record = {
            "type_of_reference": "ELEC",
            "id": self.code,
            "authors": [_one_line(self.author)],
            "title": _one_line(self.title),
            "publisher": _one_line(self.network),
            "year": str(self.changed_on.year),
            "date": self.changed_on.strftime("%Y/%m/%d"),
            "language": html_code(self.language),
            "urls": [self.url],
        }
        if self.licence:
            record["notes"] = [_one_line(self.licence)]
        return rispy.dumps([record], implementation=_RisWriter).strip() + "\n"

    def csl_json(self) -> str:
        """A list with one item of CSL-JSON, of the type `webpage`."""
        day = self.changed_on
        item = {
            "id": self.code,
            "type": "webpage",
            "title": self.title,
            "author": [{"literal": self.author}],
            "container-title": self.network,
            "publisher": self.network,
            "issued": {"date-parts": [[day.year, day.month, day.day]]},
            "URL": self.url,
            "language": html_code(self.language),
        }
        if self.licence:
            item["note"] = self.licence
        fields = "".join(f"  {json.dumps(name)}: {json.dumps(item[name], ensure_ascii=False)},\n" for name in item)
        return f"[{{\n{fields[:-2]}\n}}]\n"


@dataclass(frozen=True)
class Format:
    """A file for reference managers."""

    name: str
    content_type: str
    write: Callable[[Citation], str]


FORMATS = {
    "bib": Format("BibTeX", "application/x-bibtex", Citation.bibtex),
    "ris": Format("RIS", "application/x-research-info-systems", Citation.ris),
    "json": Format("CSL-JSON", "application/vnd.citationstyles.csl+json", Citation.csl_json),
}
"""Ending of the file → its format."""


def citation_of(page, network: str) -> Citation:
    """Return the citation of a version of a page; no query for a practice that was read with its city and its names.

    page: of any page type. network: the name of the network in the language of the page.
    """
    is_practice = isinstance(page, PracticePage)
    by_city = is_practice and page.authored_by == PracticePage.AuthoredBy.CITY
    return Citation(
        code=page.code,
        title=page.title,
        author=page.city.name if by_city else network,
        network=network,
        language=page.language,
        changed_on=timezone.localdate(page.last_published_at or page.first_published_at or timezone.now()),
        licence=str(Licence(page.licence).label) if is_practice else "",
    )


def _escaped(text: str) -> str:
    return _one_line(text).translate(_BIBTEX)


def _one_line(text: str) -> str:
    return " ".join(text.split())
