"""Strings of code and templates are found, and a string that a catalogue lacks is reported."""

import gettext
import os
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale

from scripts import catalogues

LANGUAGES = [to_locale(code) for code, _name in settings.LANGUAGES]
CODE = """
from django.utils.translation import gettext as _, ngettext_lazy, pgettext
title = _("Cities")
count = ngettext_lazy("%(count)s city", "%(count)s cities", "count")
verb = pgettext("button", "Open")
plain = "not for translation"
"""
TEMPLATE = """{% load i18n %}<h1 title="{% translate "The network’s cities" %}">it's</h1>
{% blocktranslate trimmed count number=rows|length %}
  {{ number }} call
{% plural %}
  {{ number }} calls
{% endblocktranslate %}{% translate "May" context "month" %}{{ value|default:_("nothing yet") }}
{# {% translate "a remark" %} #}"""


@pytest.fixture
def project(tmp_path):
    """A folder with one Python file, one template, and catalogues that are up to date and complete."""
    (tmp_path / "cities").mkdir()
    (tmp_path / "cities" / "models.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "city.html").write_text(TEMPLATE)
    catalogues.update_catalogues(LANGUAGES, tmp_path)
    for language in LANGUAGES:
        edit(tmp_path, language, fill)
    return tmp_path


def edit(project, language, change):
    path = catalogues.catalogue_path(language, project / "locale")
    catalogue = catalogues.read_catalogue(language, project / "locale")
    change(catalogue)
    with path.open("wb") as file:
        write_po(file, catalogue)


def fill(catalogue):
    for message in catalogue:
        if message.id:
            text = catalogues.texts(message.id)[-1]
            message.string = (text,) * catalogue.num_plurals if message.pluralizable else text


def test_every_message_of_code_and_templates_is_found_with_its_plural_and_context(project):
    found = {(message.id, message.context) for message in catalogues.extract_messages(project) if message.id}
    assert found == {
        ("Cities", None),
        (("%(count)s city", "%(count)s cities"), None),
        ("Open", "button"),
        ("The network’s cities", None),
        (("%(number)s call", "%(number)s calls"), None),
        ("May", "month"),
        ("nothing yet", None),
    }


def test_complete_catalogues_pass(project):
    assert catalogues.check_catalogues(project) == []


def test_the_languages_are_those_of_the_settings():
    assert catalogues.configured_languages() == LANGUAGES
    assert sorted(LANGUAGES) == catalogues.existing_catalogues()


def test_the_strings_of_a_language_without_a_catalogue_are_reported(project):
    assert catalogues.fallbacks(["fr", "de", "pt_BR"], project) == [
        "de: has no catalogue, its strings are those of en",
        "pt_BR: has no catalogue, its strings are those of pt",
    ]


def test_the_catalogue_of_an_added_language_is_made_and_then_checked_whole(project):
    assert catalogues.update_catalogues([*LANGUAGES, "de"], project)["de"] == 7
    assert catalogues.fallbacks([*LANGUAGES, "de"], project) == []
    assert len(catalogues.check_catalogues(project)) == 7
    edit(project, "de", fill)
    assert catalogues.check_catalogues(project) == []


def test_the_catalogue_of_a_language_that_is_not_configured_is_updated_and_checked_too(project):
    edit(project, "ar", lambda catalogue: catalogue.delete("Cities"))
    assert len(catalogues.check_catalogues(project)) == 1
    assert catalogues.update_catalogues(["en"], project)["ar"] == 1


def test_the_command_reports_a_language_without_a_catalogue_and_passes(tmp_path):
    checked = subprocess.run(
        [sys.executable, "scripts/catalogues.py", "check"],
        cwd=catalogues.ROOT,
        env=os.environ | {"LANGUAGES": "en,fr,de", "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout) == (0, "de: has no catalogue, its strings are those of en\n")


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda c: c.delete("Cities"), "ar: 'Cities' (cities/models.py) is not in the catalogue"),
        (lambda c: setattr(c["Cities"], "string", ""), "ar: 'Cities' (cities/models.py) is not translated"),
        (lambda c: c["Cities"].flags.add("fuzzy"), "ar: 'Cities' (cities/models.py) is fuzzy"),
        (
            lambda c: setattr(c["%(number)s call"], "string", ("%(number)s",) * 5 + ("",)),
            "ar: '%(number)s call' (templates/city.html) does not have its 6 plural forms",
        ),
        (
            lambda c: setattr(c["%(number)s call"], "string", ("%(nomber)s",) * 6),
            "ar: '%(number)s call' (templates/city.html) has other placeholders: '%(nomber)s'",
        ),
    ],
    ids=["missing", "empty", "fuzzy", "plural", "placeholder"],
)
def test_what_one_catalogue_lacks_is_named(project, damage, complaint):
    edit(project, "ar", damage)
    assert catalogues.check_catalogues(project) == [complaint]


def test_a_new_string_is_added_to_every_language_and_an_old_one_dropped(project):
    (project / "cities" / "models.py").write_text(CODE.replace("Cities", "Members"))
    assert catalogues.update_catalogues(LANGUAGES, project) == {
        language: 0 if language == "en" else 1 for language in LANGUAGES
    }
    with catalogues.catalogue_path("fr", project / "locale").open("rb") as file:
        french = read_po(file, locale="fr")
    assert french.get("Members").string == ""
    assert french.get("Cities") is None
    assert french.get("Open", context="button").string == "Open"
    assert catalogues.read_catalogue("en", project / "locale").get("Members").string == "Members"


def test_a_catalogue_is_compiled_when_it_is_newer(project):
    written = catalogues.compile_catalogues(project / "locale")
    assert len(written) == 7
    with written[0].open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Cities") == "Cities"
    assert catalogues.compile_catalogues(project / "locale") == []
