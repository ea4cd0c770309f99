"""The language of a source: chosen by its name in the reader's language, and whatever was typed before is kept."""

import pytest
from django.utils import translation

from core.i18n.languages import LANGUAGE_CODES, spoken_languages
from desk.models import WorkingCopy
from desk.writing.forms import SectionForm
from desk.writing.presentation import answer_groups
from desk.writing.questions import Rows
from desk.writing.reading import read
from desk.writing.sections import BY_CODE, PARTS
from tests import factories

ROWS = PARTS["sources"]
assert isinstance(ROWS, Rows)
QUESTION = ROWS.question("source_language")
SECTION = next(section for section in BY_CODE.values() if ROWS in section.rows)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        *((code, code) for code in (*LANGUAGE_CODES, "ceb", "pt-br")),
        *(
            ("Portuguese", "pt"),
            ("portugais", "pt"),
            ("português", "pt"),
            ("русский", "ru"),
            ("PT", "pt"),
            ("中文", "zh"),
        ),
        *(("Mirandês antigo", None), ("xx", None), ("vers 2019", None), ("pt-br-and-more", None)),
    ],
)
def test_a_code_or_a_name_is_read_as_a_language(typed, code):
    with translation.override("en"):
        reading = read(QUESTION, typed, "fr", ROWS)
    assert (reading.value if not reading.problem else None) == code
    assert bool(reading.problem) == (code is None)


@pytest.mark.parametrize("reader", LANGUAGE_CODES)
def test_languages_are_chosen_by_their_names_in_the_readers_language(reader):
    with translation.override(reader):
        options = SectionForm(SECTION, WorkingCopy(language="pt"))._options(QUESTION, "pt")
    names = [option.label for option in options]
    assert {option.value for option in options} == spoken_languages() >= {"sw", "fil", "zh"}
    assert len(set(names)) == len(names)
    assert [option.value for option in options if option.chosen] == ["pt"]
    assert {"en": "Portuguese", "fr": "Portugais", "zh-hans": "葡萄牙语"}.get(reader, names[0]) in names


@pytest.mark.django_db
@pytest.mark.one_database
@pytest.mark.parametrize("typed", ["Mirandês antigo", "português", "pt-br"])
def test_what_was_typed_is_shown_and_kept(typed, sign_in):
    factories.tree()
    city = factories.city()
    key = "0b8de0f6-6c1a-4a0b-9f5e-0d9c3a1f7a11"
    copy = factories.working_copy(city, "pt", sources=[{"key": key, "source_language": typed, "title": "Relatório"}])
    page = sign_in(factories.person(city)).get(f"/en/desk/cities/{city.code}/practices/{copy.key}/{SECTION.code}/")
    label = "Brazilian Portuguese" if typed == "pt-br" else typed
    assert f'<option value="{typed}" selected>{label}</option>' in page.content.decode()
    with translation.override("en"):
        said = str(answer_groups(copy))
    assert {"português": "Portuguese", "pt-br": label}.get(typed, typed) in said
