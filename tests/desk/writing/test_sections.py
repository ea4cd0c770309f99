"""The template of a practice asks for everything that a city can say."""

from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from wagtail.models import Page

from core.fields import concrete_fields
from desk.writing.questions import Rows
from desk.writing.sections import NOT_ASKED, PARTS, SECTIONS, every_question
from practices.models import TRANSLATION_FIELDS, PracticePage

PAGE_RELATIONS = {relation.name for relation in get_all_child_relations(Page)}
OF_THE_ROW = {"id", "page", "sort_order", "locale", "translation_key"}


def test_a_field_of_a_practice_is_asked_or_there_is_a_reason():
    own = {field.name for field in concrete_fields(PracticePage) if field.editable}
    own -= {field.name for field in Page._meta.get_fields()} - {"title", "slug", "seo_title", "search_description"}
    relations = {relation.name for relation in get_all_child_relations(PracticePage)} - PAGE_RELATIONS
    asked = set(PARTS) | {name for _section, rows, question in every_question() if not rows for name in question.also}
    missing = {name for name in own | relations if name not in asked | set(NOT_ASKED) | set(TRANSLATION_FIELDS)}
    assert missing - {"page_ptr", "text_outdated_since"} == set()


def test_a_field_of_a_row_is_asked():
    for part in PARTS.values():
        if isinstance(part, Rows) and part.model is not None:
            own = {field.name for field in concrete_fields(part.model) if not isinstance(field, ParentalKey)}
            asked = {name for question in part.questions for name in (question.name, *question.also)}
            assert own - OF_THE_ROW <= asked, part.name


def test_sections_have_different_codes_and_a_needed_answer_is_marked():
    assert len({section.code for section in SECTIONS}) == len(SECTIONS)
    needed = {part.name for part in PARTS.values() if part.needed}
    assert needed == {
        *("language", "title", "one_line_result", "clusters", "period_start", "problem", "steps", "results"),
        *("not_again", "contact_role", "licence", "consent"),
    }
