"""Random walks: people write one section in several tabs, go back, lose their session, switch the language, remove and
move rows, and an editor changes the page meanwhile. No text may disappear that nobody has replaced knowingly.
"""

import json
from copy import deepcopy
from itertools import count
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import override
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.i18n.languages import LANGUAGE_CODES
from desk.models import WorkingCopy
from desk.writing.forms import SectionForm, every_question, sent_from
from desk.writing.merging import OTHERS, Merged, agreed
from desk.writing.rebasing import rebased
from desk.writing.saving import answers_of_copy, change_answers, save
from desk.writing.sections import BY_CODE
from desk.writing.views import answers_as_sent
from tests import factories

pytestmark = pytest.mark.one_database

SECTION = BY_CODE["what-was-done"]
NEW = count(1)


class Tab:
    """A form in a browser: what it has shown, and what is in its fields now."""

    def __init__(self, form: SectionForm):
        self.id, self.shown = form.form_id, form.shown
        questions = list(every_question(form.parts()))
        self.fields: dict[str, Any] = {question.name: question.value for question in questions}
        self.showed = {text for text in self.fields.values() if text}
        self.before = dict(self.fields)
        self.versions = {item.choice_name: [version["value"] for version in item.versions] for item in questions}
        self.showed |= {version["text"] for item in questions for version in item.versions}

    @property
    def tokens(self) -> list[str]:
        return [name.removeprefix("steps-").removesuffix("-text") for name in self.fields if name.startswith("steps-")]

    def post(self, then: str, **more) -> QueryDict:
        post = QueryDict(mutable=True)
        post.update({"form": self.id, "shown": self.shown, "then": then, **self.fields, **more})
        return post

    def typed(self) -> set[str]:
        """The texts in the fields that are not those that were there at first."""
        return {text for name, text in self.fields.items() if text and text != self.before.get(name)}


def texts(answers: dict) -> set[str]:
    """All texts of a working copy, those that wait for a choice included."""
    cells = [row.get("text", "") for name in ("steps", "body") for row in answers.get(name, [])]
    waiting = [other["text"] for others in answers.get(OTHERS, {}).values() for other in others]
    return {text for text in (*cells, *waiting, answers.get("problem"), answers.get("learners_part")) if text}


class Writing(RuleBasedStateMachine):
    tabs = Bundle("tabs")

    def __init__(self):
        super().__init__()
        self.copy = factories.working_copy(CITY, problem="p0", steps=[{"key": STEP, "text": "s0"}])
        self.base = deepcopy(self.copy.answers)
        self.people = PEOPLE

    def fresh(self) -> WorkingCopy:
        return WorkingCopy.objects.get(pk=self.copy.pk)

    @rule(target=tabs, more=st.booleans())
    def open(self, more):
        return Tab(SectionForm(SECTION, self.fresh(), more="steps" if more else ""))

    @rule(tab=tabs, place=st.integers(0, 9), kind=st.sampled_from(["new", "new", "new", "empty", "as another"]))
    def type(self, tab, place, kind):
        names = list(tab.fields)
        others = sorted(texts(self.fresh().answers)) or [""]
        text = {"new": f"t{next(NEW)}", "empty": "", "as another": others[place % len(others)]}[kind]
        tab.fields[names[place % len(names)]] = text

    @rule(
        tab=tabs,
        then=st.sampled_from(["next", "next", "stay", "remove", "up", "down", "add:steps"]),
        place=st.integers(0, 5),
        afterwards=st.sampled_from(["autosave", "reload", "back", "language"]),
        person=st.integers(0, 1),
    )
    def send(self, tab, then, place, afterwards, person):
        token = tab.tokens[place % len(tab.tokens)] if tab.tokens else ""
        then = f"{then}:steps:{token}" if then in {"remove", "up", "down"} else then
        removed = {tab.fields.get(f"steps-{token}-text")} if then.startswith("remove") else set()
        self.save(tab, tab.post(then), person, removed)
        if afterwards == "autosave":  # the script goes on with the digests of what is saved
            copy = self.fresh()
            sent = sent_from(tab.post(then), SECTION, copy)
            tab.shown = with_digests(tab.shown, agreed(answers_of_copy(copy), sent))
            tab.showed |= tab.typed()
        elif afterwards in {"reload", "language"}:
            with override(LANGUAGE_CODES[place % len(LANGUAGE_CODES)]):
                tab.__init__(SectionForm(SECTION, self.fresh()))

    @rule(tab=tabs)
    def lose_the_session(self, tab):
        """The form comes back with what was sent, and nothing is saved."""
        before = dict(tab.fields)
        copy = self.fresh()
        sent = sent_from(tab.post("next"), SECTION, copy)
        form = SectionForm(SECTION, copy, answers=answers_as_sent(copy, sent), shown=sent.shown, form_id=sent.form)
        again = Tab(form)
        assert {text for text in before.values() if text} <= {text for text in again.fields.values() if text}
        assert again.id == tab.id
        # A row that an editor has removed meanwhile has another name now. It is no more typed than before.
        typed = tab.typed()
        again.before = {name: "" if text in typed else text for name, text in again.fields.items()}
        again.showed |= tab.showed
        tab.__dict__.update(again.__dict__)

    @rule(tab=tabs, place=st.integers(0, 3), version=st.integers(0, 2))
    def choose(self, tab, place, version):
        waiting = [(name, values) for name, values in tab.versions.items() if values]
        if waiting:
            name, values = waiting[place % len(waiting)]
            self.save(tab, tab.post("next", **{name: values[version % len(values)]}), 0, set())
            tab.__init__(SectionForm(SECTION, self.fresh()))

    @rule(what=st.sampled_from(["problem", "learners_part", "step", "new step", "no step"]))
    def an_editor_changes_the_page(self, what):
        theirs, text = deepcopy(self.base), f"e{next(NEW)}"
        if what in {"problem", "learners_part"}:
            theirs[what] = text
        elif what == "new step":
            theirs.setdefault("steps", []).append({"key": f"00000000-0000-4000-8000-{next(NEW):012}", "text": text})
        elif theirs.get("steps"):
            if what == "step":
                theirs["steps"][0]["text"] = text
            else:
                del theirs["steps"][0]
        copy, base = self.fresh(), self.base
        before = texts(copy.answers)
        note = {"id": f"revision{next(NEW)}", "by": None, "at": "2026-01-01T00:00:00+00:00"}
        change_answers(copy, lambda answers: Merged(rebased(answers, base, theirs, copy.language, note)), by=None)
        self.base = theirs
        after = texts(self.fresh().answers)
        assert before - after <= texts(base), "an editor's change has removed a text of the city"
        assert text not in texts(theirs) or text in after

    def save(self, tab, post, person, removed):
        copy = self.fresh()
        before = texts(copy.answers)
        self.saved = save(copy, sent_from(post, SECTION, copy), by=self.people[person])
        after = texts(self.fresh().answers)
        assert tab.typed() - removed <= after, "what was sent is not there"
        assert before - after <= tab.showed | removed, "a text is gone that its person has not seen"
        tab.showed |= tab.typed()

    @invariant()
    def keys_are_unique(self):
        keys = [row["key"] for row in self.fresh().answers.get("steps", [])]
        assert len(keys) == len(set(keys))


def with_digests(before: str, new: dict) -> str:
    """What the script does with the digests that it gets."""
    return json.dumps({**json.loads(before), **new})


CITY = None
PEOPLE: list = []
STEP = "00000000-0000-4000-8000-000000000000"


@pytest.mark.django_db
def test_no_text_is_lost(monkeypatch):
    factories.tree()
    monkeypatch.setattr(f"{__name__}.CITY", factories.city())
    monkeypatch.setattr(f"{__name__}.PEOPLE", [factories.person(), factories.person()])
    walk = settings(
        max_examples=40,
        stateful_step_count=25,
        phases=[Phase.generate],  # a failure needs no shortest walk, which takes minutes
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Writing, settings=walk)
