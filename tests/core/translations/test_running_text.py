"""Blocks, rows and links of an original follow into its translations; their words stay."""

import json

import pytest
from wagtail_localize.models import SegmentOverride, StringTranslation, TranslationContext

from calls.models import CallQuestion
from home.models import StandardPage
from practices.models import PracticePage, PracticeStep
from tests import admin_forms, factories
from tests.core.translations import nested_blocks
from tests.core.translations.test_synchronised_fields import change, draft, row

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

OLD, NEW = "https://example.org/old", "https://example.org/new"


@pytest.fixture(autouse=True)
def _trees():
    factories.tree("fr", "ar")


@pytest.fixture
def nested(monkeypatch):
    """Let texts have lists, structs and streams inside blocks."""
    nested_blocks.add_to(StandardPage._meta.get_field("body").stream_block, monkeypatch)


def link(address: str, text: str = "the form") -> str:
    return f'<a href="{address}">{text}</a>'


def point(share: int, label: str, address: str = OLD) -> dict:
    return {"share": share, "url": address, "label": label, "text": f"<p>See {link(address)}.</p>"}


def figure(share: int, address: str) -> dict:
    return {"number": f"{share} %", "text": "traders", "year": 2000 + share, "source": "Census", "source_url": address}


def card(share: int = 7, address: str = OLD) -> dict:
    return {
        "heading": "Costs",
        "level": share,
        "points": [point(share, "Rooms", address), point(share, "Teachers", address)],
        "names": ["Bahari", "Linhe"],
        "section": [
            ("text", f"<p>Apply with {link(address)}.</p>"),
            ("points", [point(share, "Heating", address)]),
            (
                "figure",
                {"number": str(share), "text": "traders", "year": 2000 + share, "source": "S", "source_url": address},
            ),
        ],
    }


def with_body(page, body) -> list:
    """The value of a body whose blocks keep the ids that the page's have: an edit, not a new text."""
    stream = type(page)._meta.get_field("body").stream_block
    old = stream.get_prep_value(row(page).body)
    new = stream.get_prep_value(stream.normalize(body))
    return stream.to_python(_keep_ids(old, new))


def _keep_ids(old, new):
    if isinstance(old, list) and isinstance(new, list):
        return [
            {**item, "id": old[at]["id"], "value": _keep_ids(old[at]["value"], item["value"])}
            if at < len(old)
            else item
            for at, item in enumerate(new)
        ]
    if isinstance(old, dict) and isinstance(new, dict):
        return {name: _keep_ids(old.get(name), value) for name, value in new.items()}
    return new


def as_json(version) -> str:
    return json.dumps(version.body.stream_block.get_prep_value(version.body))


def test_facts_and_links_follow_in_blocks_of_every_depth_and_words_stay(nested):
    page = factories.standard_page(body=[("card", card()), ("section", card()["section"])])
    french = factories.translated(page, "fr")
    assert "fr: Heating" in as_json(french)
    page = change(page, body=with_body(page, [("card", card(9, NEW)), ("section", card(9, NEW)["section"])]))
    for version in (row(french), draft(french)):
        text = as_json(version)
        assert text.count(NEW) == as_json(page).count(NEW) > 6
        assert OLD not in text
        assert '"share": 7' not in text
        assert text.count('"share": 9') == 4
        assert [number for number in (2007, 2009) if f'"year": {number}' in text] == [2009]
        assert text.count('"number": "9"') == 2
        for word in ("Costs", "Rooms", "Teachers", "Heating", "Bahari", "traders", "Apply with"):
            assert text.count(f"fr: {word}") == as_json(page).count(word)
    assert row(french).text_outdated_since is None


def test_a_list_in_a_block_is_translated_and_published(nested, sign_in):
    page = factories.standard_page(body=[("card", card()), ("words", ["One", "Two"])])
    french = factories.translated(page, "fr", publish=False)
    StringTranslation.objects.filter(translation_of__data="Teachers").delete()
    translator = sign_in(factories.user("Translators"))
    answer = admin_forms.press_publish(translator, french)
    assert "“Teachers”" in admin_forms.shown_messages(answer)
    (string,) = (s for s in admin_forms.strings_in_editor(translator, french) if s["source"] == "Teachers")
    admin_forms.save_string(translator, string, "Les enseignants")
    admin_forms.press_publish(translator, french)
    assert row(french).live
    assert [child.value for child in row(french).body][1][1] == "fr: Two"


def test_blocks_are_moved_and_removed_with_the_original_and_nothing_is_out_of_date(nested):
    page = factories.standard_page(body=[("heading", "One"), ("text", "<p>Two</p><p>Three</p>"), ("words", ["A", "B"])])
    french = factories.translated(page, "fr")
    blocks = list(row(page).body.raw_data)
    blocks[1]["value"] = "<p>Three</p><p>Two</p>"
    blocks[2]["value"].reverse()
    change(page, body=json.dumps([blocks[2], blocks[1]]))
    for version in (row(french), draft(french)):
        assert [block.block_type for block in version.body] == ["words", "text"]
        assert list(version.body[0].value) == ["fr: B", "fr: A"]
        assert version.body[1].value.source == "<p>fr: Three</p><p>fr: Two</p>"
    assert row(french).text_outdated_since is None


def test_new_keys_of_blocks_and_rows_with_the_same_words_change_nothing():
    practice = factories.practice(body=[("heading", "One"), ("text", f"<p>Two {link(OLD)}</p>")])
    french = factories.translated(practice, "fr")
    steps = [PracticeStep(text=step.text, sort_order=0) for step in practice.steps.all()]
    change(practice, body=[("heading", "One"), ("text", f"<p>Two {link(OLD)}</p>")], steps=steps)
    french = row(french)
    assert [block.id for block in french.body] == [block.id for block in row(practice).body]
    assert french.body[0].value == "fr: One"
    assert french.body[1].value.source == f"<p>fr: Two {link(OLD)}</p>"
    assert [step.text for step in french.steps.all()] == ["fr: Evening lessons at the market."]
    assert french.text_outdated_since is None
    assert not [s for s in admin_forms.translation_of(practice, "fr").source.stringsegment_set.all() if not s.context]


def test_a_block_that_is_not_translated_waits_and_marks_the_translation(nested):
    page = factories.standard_page(body=[("heading", "One"), ("card", card())])
    french = factories.translated(page, "fr")
    blocks = list(row(page).body.raw_data)
    blocks[1]["value"]["points"].append({"type": "item", "id": "new", "value": point(1, "Books")})
    change(page, body=json.dumps([{"type": "heading", "value": "Zero"}, *blocks]))
    french = row(french)
    assert [block.block_type for block in french.body] == ["heading", "card"]
    assert [item["label"] for item in french.body[1].value["points"]] == ["fr: Rooms", "fr: Teachers"]
    assert french.text_outdated_since
    french = factories.translated(row(page), "fr", {"Zero": "Nul", "Books": "Livres", "See": "See"})
    assert [block.value for block in french.body][:2] == ["Nul", "fr: One"]
    assert french.body[2].value["points"][2]["label"] == "Livres"
    assert french.text_outdated_since is None


def test_links_follow_in_rich_text_fields_and_rows_of_a_call():
    call = factories.call_page(
        who_can_apply=f"<p>{link(OLD)} and {link('https://example.org/rules', 'the rules')}.</p><p>Soon.</p>",
        questions=[CallQuestion(question="Where?", answer=f"<p>Here: {link(OLD)}</p>", sort_order=0)],
    )
    french = factories.translated(call, "fr", {"Soon.": "Bientôt."})
    question = row(call).questions.get()
    question.answer = question.answer.replace(OLD, NEW)
    change(call, who_can_apply=call.who_can_apply.replace(OLD, NEW), questions=[question])
    french = row(french)
    assert NEW in french.who_can_apply
    assert OLD not in french.who_can_apply
    assert 'href="https://example.org/rules">the rules' in french.who_can_apply
    assert french.questions.get().answer == f"<p>fr: Here: {link(NEW)}</p>"
    assert french.text_outdated_since is None


def test_a_link_follows_also_when_the_text_around_it_has_changed():
    page = factories.standard_page(body=[("text", f"<p>Hand in {link(OLD)} by mail.</p>")])
    french = factories.translated(page, "fr")
    change(page, body=with_body(page, [("text", f"<p>Hand in {link(NEW)} at the desk.</p>")]))
    assert row(french).body[0].value.source == f"<p>fr: Hand in {link(NEW)} by mail.</p>"
    assert row(french).text_outdated_since


def test_the_own_link_of_a_language_stays_and_is_marked_when_the_original_changes():
    page = factories.standard_page(body=[("text", f"<p>Hand in {link(OLD)}.</p>")])
    french, arabic = factories.translated(page, "fr"), factories.translated(page, "ar")
    context = TranslationContext.objects.get(path=f"body.{row(page).body[0].id}.'{OLD}'")
    own = "https://example.org/fr"
    SegmentOverride.objects.create(locale=french.locale, context=context, data_json=json.dumps(own))
    factories.translated(page, "fr")
    assert own in as_json(row(french))
    change(page, body=with_body(page, [("text", f"<p>Hand in {link(NEW)}.</p>")]))
    assert row(french).body[0].value.source == f"<p>fr: Hand in {link(own)}.</p>"
    assert row(french).text_outdated_since
    assert row(arabic).body[0].value.source == f"<p>ar: Hand in {link(NEW)}.</p>"
    assert row(arabic).text_outdated_since is None
    change(page, show_in_menus=True)
    assert row(french).text_outdated_since  # until somebody publishes it
    factories.translated(row(page), "fr")
    assert own in as_json(row(french))
    assert row(french).text_outdated_since is None


def test_words_that_a_translator_is_editing_are_not_published_by_a_change_of_the_original():
    practice = factories.practice(body=[("text", f"<p>One</p><p>Two {link(OLD)}</p>")])
    french = factories.translated(practice, "fr")
    StringTranslation.objects.filter(translation_of__data="One").update(data="Un brouillon")
    change(practice, body=with_body(practice, [("text", f"<p>Two {link(NEW)}</p><p>One</p>")]))
    assert row(french).body[0].value.source == f"<p>fr: Two {link(NEW)}</p><p>fr: One</p>"
    assert row(french).text_outdated_since is None


def test_rows_without_an_order_are_no_error():
    practice = factories.practice()
    french = factories.translated(practice, "fr")
    PracticeStep.objects.create(page=practice, locale=practice.locale, text="Later.", sort_order=None)
    change(practice, cost_band="over-250k")
    factories.translated(row(practice), "fr")
    PracticeStep.objects.filter(page=practice).update(sort_order=None)
    change(practice, cost_band="under-10k")
    assert {step.text for step in row(french).steps.all()} == {"fr: Later.", "fr: Evening lessons at the market."}
    assert PracticePage.objects.get(pk=french.pk).cost_band == "under-10k"


def test_links_to_files_and_pages_and_pictures_follow_and_their_words_stay():
    files, pictures = [factories.document() for _ in range(2)], [factories.image() for _ in range(2)]
    targets = [factories.news(), factories.news()]

    def body(number: int) -> list:
        file = f'<a linktype="document" id="{files[number].pk}">the file</a>'
        news = f'<a linktype="page" id="{targets[number].pk}">the news</a>'
        return [
            ("text", f"<p>Read {file} and {news}.</p>"),
            ("picture", {"image": pictures[number], "alternative_text": "A stall", "caption": ""}),
            ("document", {"document": files[number], "title": "Report"}),
            ("video", {"url": f"https://example.org/{number}", "title": "A film"}),
        ]

    page = factories.standard_page(body=body(0))
    french = factories.translated(page, "fr")
    change(page, body=with_body(page, body(1)))
    for version in (row(french), draft(french)):
        text, picture, document, video = (block.value for block in version.body)
        assert 'linktype="document"' in text.source
        assert f'id="{files[1].pk}"' in text.source
        assert f'id="{targets[1].pk}"' in text.source
        assert picture["image"] == pictures[1]
        assert picture["alternative_text"] == "fr: A stall"
        assert document["document"] == files[1]
        assert (video["url"], video["title"]) == ("https://example.org/1", "fr: A film")
    assert row(french).text_outdated_since is None


def test_the_own_file_of_a_language_stays_and_is_marked_when_the_original_changes():
    files = [factories.document() for _ in range(3)]
    page = factories.standard_page(body=[("document", {"document": files[0], "title": "Report"})])
    french = factories.translated(page, "fr")
    context = TranslationContext.objects.get(path=f"body.{row(page).body[0].id}.document")
    SegmentOverride.objects.create(locale=french.locale, context=context, data_json=json.dumps(files[1].pk))
    factories.translated(page, "fr")
    change(page, show_in_menus=True)
    assert row(french).text_outdated_since is None
    change(page, body=with_body(page, [("document", {"document": files[2], "title": "Report"})]))
    assert row(french).body[0].value["document"] == files[1]
    assert row(french).text_outdated_since
    factories.translated(row(page), "fr")
    assert row(french).text_outdated_since is None
