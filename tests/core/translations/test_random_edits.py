"""After any edits of an original: facts are equal in every language, words stay, and the mark is right."""

import json
import random
import re

import pytest
from bs4 import BeautifulSoup
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.segments.types import StringSegmentValue

from practices.models import PracticePage, PracticeStep
from tests import factories
from tests.core.translations import nested_blocks
from tests.core.translations.test_running_text import card, link
from tests.core.translations.test_synchronised_fields import change, row

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def strings(version) -> set[str]:
    """Return the texts of a version without its tags."""
    found = (segment.string.data for segment in extract_segments(version) if isinstance(segment, StringSegmentValue))
    return {BeautifulSoup(data, "html.parser").get_text() for data in found}


def facts(block) -> list:
    """Return the facts inside the raw JSON of a block, in their order: numbers and addresses, no words."""
    if isinstance(block, dict):
        return [fact for name, value in block.items() if name != "type" for fact in facts(value)]
    if isinstance(block, list):
        return [fact for item in block for fact in facts(item)]
    if isinstance(block, str):
        return re.findall(r"https://[^\"]*", block)
    return [block]


class Editor:
    """Edits a practice at random, and remembers which strings were translated."""

    def __init__(self, seed: int):
        self.dice = random.Random(seed)
        self.numbers = iter(range(10, 1000))
        body = [
            ("text", f"<p>First {link('https://example.org/1')}</p><p>Second</p>"),
            ("figure", {"number": "412", "text": "traders", "year": 2001, "source": "Census", "source_url": ""}),
            ("card", card()),
        ]
        steps = [PracticeStep(text=text, sort_order=at) for at, text in enumerate(("Walk.", "Talk.", "Read."))]
        self.page = factories.practice(body=body, steps=steps, not_again="Never late.")

    def fresh(self) -> str:
        return f"Word {next(self.numbers)}"

    def edit(self) -> None:
        """Change one or two things, and publish."""
        body = json.loads(json.dumps(list(row(self.page).body.raw_data)))
        steps = list(row(self.page).steps.all())
        for _number in range(self.dice.choice((1, 1, 2))):
            self.dice.choice(
                (self.shuffle, self.remove, self.add, self.number, self.address, self.word, self.new_key, self.order)
            )(body, steps)
        for at, step in enumerate(steps):
            step.sort_order = at
        self.page = change(self.page, body=json.dumps(body), steps=steps)

    def shuffle(self, body, steps):
        self.dice.shuffle(body)
        self.dice.shuffle(steps)

    def order(self, body, steps):
        for block in body:
            if block["type"] == "text":
                block["value"] = "".join(reversed(block["value"].replace("</p><p>", "</p>\n<p>").split("\n")))
            elif block["type"] == "card":
                block["value"]["points"].reverse()

    def remove(self, body, steps):
        found = self.dice.choice([items for items in (body, steps) if items] or [[]])
        if found:
            found.pop(self.dice.randrange(len(found)))

    def add(self, body, steps):
        if self.dice.random() < 0.5:
            body.insert(0, {"type": "heading", "value": self.fresh()})
        else:
            steps.append(PracticeStep(text=self.fresh()))

    def number(self, body, steps):
        for block in body:
            if block["type"] == "figure":
                block["value"]["year"] = next(self.numbers) + 1900
            elif block["type"] == "card":
                block["value"]["level"] = next(self.numbers)

    def address(self, body, steps):
        for at, block in enumerate(body):
            text = json.dumps(block)
            for address in {fact for fact in facts(block) if str(fact).startswith("https://")}:
                text = text.replace(address, f"https://example.org/{next(self.numbers)}")
            body[at] = json.loads(text)

    def word(self, body, steps):
        choices = [block for block in body if block["type"] in {"heading", "text", "card"}]
        if not choices:
            return
        block = self.dice.choice(choices)
        if block["type"] == "heading":
            block["value"] = self.fresh()
        elif block["type"] == "text":
            block["value"] += f"<p>{self.fresh()}</p>"
        else:
            block["value"]["heading"] = self.fresh()

    def new_key(self, body, steps):
        for block in body:
            block.pop("id", None)


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edit_facts_are_equal_words_stay_and_the_mark_is_right(seed, monkeypatch):
    factories.tree("fr", "ar")
    nested_blocks.add_to(PracticePage._meta.get_field("body").stream_block, monkeypatch)
    editor = Editor(seed)
    versions = {code: factories.translated(editor.page, code) for code in ("fr", "ar")}
    translated = dict.fromkeys(versions, strings(editor.page))
    for _round in range(7):
        before = {code: strings(row(version)) for code, version in versions.items()}
        editor.edit()
        original = row(editor.page)
        for code, version in versions.items():
            now = row(version)
            theirs = {block["id"]: block for block in original.body.raw_data}
            own = list(now.body.raw_data)
            places = [list(theirs).index(block["id"]) for block in own]
            assert places == sorted(places)
            assert strings(now) <= before[code], "a change of the original brings no new words"
            open_strings = strings(original) - translated[code]
            assert bool(now.text_outdated_since) == bool(open_strings)
            if not open_strings:
                assert facts(own) == facts(list(theirs.values()))
                assert {f"{code}: {text}" for text in strings(original)} == strings(now)
                assert [step.sort_order for step in now.steps.all()] == [s.sort_order for s in original.steps.all()]
        if editor.dice.random() < 0.4:
            versions["fr"] = factories.translated(original, "fr")
            translated["fr"] = strings(original)
            assert row(versions["fr"]).text_outdated_since is None
