"""Who wrote and translated a practice, as it is recorded and shown."""

from datetime import date

import pytest
from django.utils import translation
from wagtail_localize.models import StringTranslation

from practices.presentation import missing_information
from practices.provenance import provenance_of
from tests import factories
from tests.reading import by_class, fetch, words

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def tree():
    return factories.tree("fr", "ar", "ru")


def translated_by(*users):
    """A practice from French into English; each user has translated one of its strings, the first the others, too."""
    page = factories.translated(factories.practice("fr", title="Leçons"), "en", {"Leçons": "Lessons"})
    strings = StringTranslation.objects.filter(locale=page.locale, context__object_id=page.translation_key)
    strings.update(last_translated_by=users[0])
    for user, string in zip(users[1:], strings.order_by("pk"), strict=False):
        strings.filter(pk=string.pk).update(last_translated_by=user)
    page.get_latest_revision().publish()
    return type(page).objects.get(pk=page.pk)


def said(page, reader: str = "en") -> list[str]:
    with translation.override(reader):
        return [item["text"] for item in provenance_of(page).items(reader)]


def test_a_translator_who_wants_to_be_named_is_named_on_the_page(time_machine):
    time_machine.move_to("2026-06-01T12:00:00Z")
    page = translated_by(factories.user("Translators", credit_name="Awa Diop"))
    assert page.translators == [{"kind": "person", "name": "Awa Diop"}]
    assert "Translated from French by Awa Diop on 1 June 2026" in words(by_class(fetch(page.url), "provenance")[0])


def test_an_organisation_and_a_person_are_named_together_and_nobody_is_named_twice():
    page = translated_by(
        factories.user(credit_name="City of Dakar", credit_kind="organisation"), factories.user(credit_name="Awa Diop")
    )
    assert page.translators == [
        {"kind": "organisation", "name": "City of Dakar"},
        {"kind": "person", "name": "Awa Diop"},
    ]
    assert any("by City of Dakar and Awa Diop on" in line for line in said(page))


def test_the_name_of_an_account_is_not_shown_unless_its_owner_wants_it():
    page = translated_by(factories.user(first_name="Awa", last_name="Diop"))
    assert page.translators == []
    assert any(line.endswith("the translator is not named") for line in said(page))
    assert "Diop" not in words(fetch(page.url))


def test_a_translator_sets_the_public_name_in_the_own_account(sign_in):
    user = factories.user("Translators")
    browser = sign_in(user)
    form = browser.get("/admin/account/").context["panels_by_tab"]
    panels = [panel for panels in form.values() for panel in panels]
    (credit,) = [panel for panel in panels if panel.name == "credit"]
    assert set(credit.get_form().fields) == {"credit_name", "credit_kind"}


def test_a_translation_is_dated_and_marked_when_its_original_has_changed(time_machine):
    time_machine.move_to("2026-06-01T12:00:00Z")
    original = factories.practice("fr", title="Leçons")
    page = factories.translated(original, "en")
    time_machine.move_to("2026-07-02T12:00:00Z")
    original = type(original).objects.get(pk=original.pk)
    original.problem = "Un autre problème."
    original.save_revision().publish()
    page = type(page).objects.get(pk=page.pk)
    assert said(page) == [
        "Written from public sources on 1 June 2026",
        "Translated from French on 1 June 2026; the translator is not named",
        "Out of date: the original changed on 2 July 2026",
    ]


def test_the_date_of_the_text_is_that_of_the_first_publication_and_can_be_set(time_machine):
    time_machine.move_to("2026-06-01T12:00:00Z")
    page = factories.practice()
    assert type(page).objects.get(pk=page.pk).written_on == date(2026, 6, 1)
    page.written_on = date(2019, 5, 4)
    page.save_revision().publish()
    translated = factories.translated(page, "fr")
    assert "Written from public sources on 4 May 2019" in said(translated, "en")


def test_a_copy_is_an_original_without_the_translators_of_the_copied_text():
    page = translated_by(factories.user(credit_name="Awa Diop"))
    copy = page.copy(update_attrs={"slug": "copy"}, keep_live=False)
    assert (copy.translators, copy.translation_kind, copy.translated_at) == ([], "", None)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "The sources give no cost, no staff, no contact and no beginning."),
        ({"contact_role": "Mayor", "period_start": "2020-01-01"}, "The sources give no cost and no staff."),
        (factories.BY_CITY | {"cost_band": "10k-50k"}, "The city has given no staff yet."),
        (factories.BY_CITY | {"staff_fte": 2, "cost_amount": 5, "cost_currency": "EUR", "cost_year": 2020}, ""),
    ],
)
def test_one_sentence_says_what_is_not_known(fields, sentence):
    page = factories.practice(**fields)
    assert missing_information(page) == sentence
    shown = by_class(fetch(page.url), "missing")
    assert [words(line) for line in shown] == ([sentence] if sentence else [])


SENTENCES = {
    "fr": "Les sources ne disent rien sur le coût, le personnel ni la personne à contacter.",
    "es": "Las fuentes no dicen nada sobre el costo, el personal ni la persona de contacto.",
    "pt": "As fontes nada dizem sobre o custo, o pessoal nem a pessoa de contacto.",
    "ar": "لا تذكر المصادر التكلفة ولا عدد العاملين ولا جهة الاتصال.",
    "ru": "В источниках нет данных о стоимости, численности персонала и контактном лице.",
    "zh-hans": "资料未说明费用、人员和联络人。",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_the_sentence_is_one_of_the_language(language):
    page = factories.practice(period_start="2020-01-01")
    with translation.override(language):
        assert missing_information(page) == SENTENCES[language]
