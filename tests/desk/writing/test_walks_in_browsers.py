"""Random walks over HTTP: two people of a city with several tabs each, and an editor. What an answer has acknowledged
is not lost: it is in the answers, beside one of them to choose from, or in a version of the page.
"""

import json
import re
from itertools import count

import pytest
from django.test import TestCase
from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from wagtail.models import Comment, Revision

from core.i18n.languages import LANGUAGE_CODES
from desk.models import WorkingCopy
from desk.writing.page import answers_of
from desk.writing.rebasing import bring_up_to_date
from desk.writing.sections import BY_CODE
from moderation import services as moderation
from moderation.models import Remark
from moderation.states import Stage, submission_status
from practices.models import PracticePage, PracticeStep
from tests import factories
from tests.admin_forms import edit_url, form_of, stream_form
from tests.desk.writing.browsing import Browser, Tab, as_kept, form_in
from tests.moderation.submissions import written

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

SECTIONS = sorted(set(BY_CODE) - {"pictures-and-documents"})
NEW = count(1)
TOKEN = re.compile(r"w\d+w")
BUTTONS = {"approve": {"action-workflow-action": "true", "workflow-action-name": "approve"}, "draft": {}}
WORLD: dict = {}


def texts(thing) -> set[str]:
    """All texts in the JSON of a working copy."""
    if isinstance(thing, dict):
        return set().union(*(texts(value) for value in thing.values())) if thing else set()
    if isinstance(thing, list):
        return set().union(*(texts(value) for value in thing)) if thing else set()
    return {thing} if isinstance(thing, str) and thing else set()


def tokens(thing) -> set[str]:
    """The invented words in a thing as JSON."""
    return set(TOKEN.findall(json.dumps(thing, default=str)))


class Walk(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.city = factories.city()
        self.people = [Browser(factories.person(self.city, role)) for role in ("owner", "editor")]
        self.editor, self.editor_form = WORLD["editor"], {}
        self.moderator = WORLD["moderator"]
        self.tabs: list[Tab] = []
        self.seen: dict[str, dict[str, set[str]]] = {}
        self.acknowledged: set[str] = set()

    # --- what there is -------------------------------------------------------------------

    @property
    def copy(self) -> WorkingCopy:
        return WorkingCopy.objects.select_related("page", "city").get(city=self.city)

    @property
    def page(self) -> PracticePage | None:
        return PracticePage.objects.filter(city=self.city).first()

    @property
    def address(self) -> str:
        return f"/en/desk/cities/{self.city.code}/practices/{self.key}/"

    @property
    def stage(self) -> Stage:
        return submission_status(self.page).stage

    def catch_up(self) -> WorkingCopy:
        """The working copy with what editors have changed, as the next view of it takes that over."""
        copy = self.copy
        before, base = texts(copy.answers), copy.base_answers
        bring_up_to_date(copy)
        gone = before - texts(copy.answers)
        assert gone <= texts(base), "a change of an editor has removed a text of the city"
        assert self.in_versions(gone), "a text that an editor has replaced is in no version"
        return self.copy

    def versions(self):
        return Revision.objects.filter(object_id=str(self.page.pk)) if self.page else Revision.objects.none()

    def in_versions(self, gone: set[str]) -> bool:
        return tokens(list(gone)) <= tokens([version.content for version in self.versions()])

    def tab(self, number: int) -> Tab:
        assume(self.tabs)
        tab = self.tabs[number % len(self.tabs)]
        assume(tab.form is not None)
        return tab

    def look(self, tab: Tab) -> None:
        """Note what a person has seen."""
        if tab.form is not None:
            seen = self.seen.setdefault(tab.form.id, {})
            for name, shown in tab.form.seen().items():
                seen.setdefault(name, set()).update(shown)

    def begun(self, copy_key) -> None:
        self.key = copy_key
        self.tabs.clear()
        self.acknowledged.clear()

    # --- the beginnings --------------------------------------------------------------------

    @initialize(beginning=st.sampled_from(["begun", "published", "of the secretariat"]))
    def begin(self, beginning):
        made = written(self.city)
        made.practice_clusters.all()[0].cluster = WORLD["cluster"]
        if beginning == "begun":
            copy = factories.working_copy(self.city, "en", **answers_of(made, []))
            self.begun(copy.key)
            return
        author = "city" if beginning == "published" else "secretariat"
        fields = factories.BY_CITY | {"authored_by": author, "problem": "w0w"}
        page = factories.practice("en", [WORLD["cluster"]], city=self.city, **fields)
        self.revise(page)

    def revise(self, page):
        verb = "revise" if page.authored_by == "city" else "take-over"
        at = f"/en/desk/cities/{self.city.code}/published/{page.code}/{verb}/"
        answer = self.people[0].press("/en/desk/", at)
        assert answer.status_code == 302
        self.begun(self.copy.key)

    # --- people of the city ------------------------------------------------------------------

    @rule(person=st.integers(0, 1), section=st.sampled_from([*SECTIONS, *["what-was-done"] * 6]), more=st.booleans())
    def open(self, person, section, more):
        self.catch_up()
        path = f"{self.address}{section}/"
        self.tabs.append(
            Tab(self.people[person], f"{path}?more=steps" if more and section == "what-was-done" else path)
        )
        self.look(self.tabs[-1])

    @rule(number=st.integers(0, 5), place=st.integers(0, 30), kind=st.sampled_from(["line", "lines", "empty", "other"]))
    def type(self, number, place, kind):
        tab = self.tab(number)
        assert tab.form is not None
        names = [*tab.form.typed_names, *tab.form.reply_names]
        assume(names)
        others = sorted(texts(self.copy.answers) - {""}) or [""]
        text = {
            "line": f"w{next(NEW)}w",
            "lines": f"w{next(NEW)}w <b>Zeile</b>\r\n\r\n- w{next(NEW)}w",
            "empty": "",
            "other": others[place % len(others)],
        }[kind]
        tab.form.fields[names[place % len(names)]] = [text]

    @rule(
        number=st.integers(0, 5),
        then=st.sampled_from(["next", "stay", "list", "back", "remove", "up", "add:steps", "language"]),
        place=st.integers(0, 6),
        follows=st.booleans(),
    )
    def send(self, number, then, place, follows):
        tab = self.tab(number)
        assert tab.form is not None
        rows = sorted(
            {name.split("-", 1)[1].rpartition("-")[0] for name in tab.form.fields if name.startswith("steps-")}
        )
        removed = ""
        if then in {"remove", "up"}:
            assume(rows)
            row = rows[place % len(rows)]
            removed = f"steps-{row}-" if then == "remove" else ""
            then = f"{then}:steps:{row}"
        elif then == "language":
            then = f"language:{LANGUAGE_CODES[place % len(LANGUAGE_CODES)]}"
        answer = self.save(tab, lambda: tab.post(then), removed=removed)
        if answer.status_code == 302 and follows:
            tab.load(answer.headers["Location"])
            self.look(tab)

    @rule(number=st.integers(0, 5))
    def save_while_typing(self, number):
        tab = self.tab(number)
        self.save(tab, tab.autosave, with_replies=False)

    @rule(number=st.integers(0, 5), place=st.integers(0, 3), version=st.integers(0, 2))
    def choose(self, number, place, version):
        tab = self.tab(number)
        assert tab.form is not None
        assume(tab.form.choices)
        name = sorted(tab.form.choices)[place % len(tab.form.choices)]
        values = sorted(tab.form.choices[name])
        chosen = {name: [values[version % len(values)]]}
        answer = self.save(tab, lambda: tab.post("stay", **chosen), chosen=name)
        if answer.status_code == 302:
            tab.load(answer.headers["Location"])
            self.look(tab)

    @rule(number=st.integers(0, 5))
    def go_back(self, number):
        assume(self.tabs)
        self.tabs[number % len(self.tabs)].go_back()

    @rule(person=st.integers(0, 1))
    def session_ends(self, person):
        self.people[person].lose_session()

    @rule(person=st.integers(0, 1))
    def sign_in_in_another_tab(self, person):
        self.people[person].sign_in()

    @rule(person=st.integers(0, 1))
    def submit(self, person):
        copy, was = self.catch_up(), self.stage
        answer = self.people[person].press(f"{self.address}check/", f"{self.address}submit/")
        assert answer.status_code == 302
        assert texts(self.copy.answers) == texts(copy.answers)
        if was != Stage.SUBMITTED and self.stage == Stage.SUBMITTED:
            own = {name: value for name, value in copy.answers.items() if not name.startswith("_")}
            submitted = submission_status(self.page).revision_id
            assert tokens(own) <= tokens(Revision.objects.get(pk=submitted).content)

    @rule(person=st.integers(0, 1))
    def withdraw(self, person):
        assume(self.page)
        before = texts(self.catch_up().answers)
        assert self.people[person].press(self.address, f"{self.address}withdraw/").status_code == 302
        assert texts(self.copy.answers) == before

    @rule(person=st.integers(0, 1), is_sure=st.sampled_from([True, False, False, False]))
    def discard_and_begin_again(self, person, is_sure):
        assume(is_sure and self.page and self.page.live)
        waits, before = self.stage == Stage.SUBMITTED, texts(self.catch_up().answers)
        tabs = [tab for tab in self.tabs if tab.form is not None and tab.browser.is_signed_in]
        answer = self.people[person].press(f"{self.address}discard/", f"{self.address}discard/")
        assert answer.status_code == 302
        assert WorkingCopy.objects.filter(city=self.city).exists() == waits
        if waits:
            assert texts(self.copy.answers) == before
            return
        for tab in tabs[:1]:  # whoever is still writing gets the text back
            refused = tab.post("stay")
            assert refused.status_code in {403, 404}
            assert_shows(refused, tab)
        self.revise(self.page)

    # --- the secretariat --------------------------------------------------------------------

    @rule(what=st.sampled_from(["problem", "not_again", "step", "new step"]), publishes=st.booleans())
    def an_editor_changes_the_page(self, what, publishes):
        assume(self.page)
        page, text = self.page.get_latest_revision_as_object(), f"w{next(NEW)}w"
        if what == "step" and page.steps.exists():
            rows = list(page.steps.all())
            rows[0].text = text
            page.steps = rows
        elif what == "new step":
            page.steps.add(PracticeStep(text=text, sort_order=99))
        else:
            setattr(page, what if what != "step" else "problem", text)
        revision = page.save_revision(user=self.moderator)
        if publishes and self.page.live and self.stage != Stage.SUBMITTED:
            with TestCase.captureOnCommitCallbacks(execute=True):
                revision.publish(user=self.moderator)

    @rule()
    def an_editor_opens_the_page(self):
        assume(self.page)
        body = self.page.get_latest_revision_as_object().body
        self.editor_form = form_of(self.editor, self.page) | stream_form("body", body) | {"consent": "on"}

    @rule(button=st.sampled_from(sorted(BUTTONS)), types=st.booleans())
    def an_editor_sends_the_form(self, button, types):
        assume(self.page and self.editor_form)
        before, text = texts(self.copy.answers), f"w{next(NEW)}w"
        waited, judged = self.stage == Stage.SUBMITTED, submission_status(self.page).revision_id
        typed = {"problem": text} if types else {}
        was_live = self.page.live_revision_id
        answer = self.editor.post(edit_url(self.page), self.editor_form | typed | BUTTONS[button])
        assert answer.status_code in {200, 302}
        assert texts(self.copy.answers) == before
        page = self.page
        if button == "approve" and waited and page.live_revision_id not in {None, was_live}:
            judged_text = Revision.objects.get(pk=judged).as_object().problem
            assert page.problem in {judged_text, *([text] if types else []), *self.of_editors("problem")}

    def of_editors(self, name: str) -> set[str]:
        return {getattr(row.as_object(), name) for row in self.versions().filter(user=self.moderator)}

    @rule(remarks=st.booleans())
    def return_it(self, remarks):
        assume(self.stage == Stage.SUBMITTED)
        if remarks:
            Comment.objects.create(page=self.page, user=self.moderator, text="Why?", contentpath="problem")
        moderation.send_back(self.page, by=self.moderator, sentence="Nearly.")

    @rule()
    def approve(self):
        assume(self.stage == Stage.SUBMITTED)
        before = texts(self.copy.answers)
        with TestCase.captureOnCommitCallbacks(execute=True):
            moderation.approve(self.page, by=self.moderator)
        assert texts(self.copy.answers) == before

    # --- what holds ---------------------------------------------------------------------------

    def save(self, tab: Tab, send, *, removed: str = "", chosen: str = "", with_replies: bool = True):
        """Send a form, and compare what there was with what there is."""
        before = self.catch_up()
        form = tab.form
        assert form is not None
        changed = {name for name, text in form.texts().items() if text != as_kept(form.before.get(name, [""])[0])}
        sent = {form.text(name) for name in changed if not (removed and name.startswith(removed))} - {""}
        replies = {as_kept(form.fields[name][0]).strip() for name in form.reply_names} - {""}
        tab.keep()
        answer = send()
        assert answer.status_code in {200, 302, 403}, answer.status_code
        after = self.copy
        section = tab.path.partition("?")[0].rstrip("/").rpartition("/")[2]
        if answer.status_code == 403:
            assert after.answers == before.answers
            if "json" not in answer.headers["Content-Type"]:
                shown = assert_shows(answer, tab)
                shown.before = {name: form.before.get(name, [""]) for name in shown.fields}
                tab.form = shown
                self.look(tab)
            else:
                tab.earlier.pop()
            return answer
        seen = self.seen[form.id]
        for name in form.typed_names:
            seen.setdefault(name, set()).add(form.text(name))
        about = chosen.removeprefix("choose-").replace(".", "-")
        may_go = set().union(
            *(
                shown
                for name, shown in seen.items()
                if name in {*changed, about} or (removed and name.startswith(removed))
            )
        )
        gone = texts(before.answers) - texts(after.answers)
        assert sent <= texts(after.answers), "what was acknowledged is not there"
        assert gone <= may_go | keys(before), f"gone, and nobody has replaced it: {gone - may_go}"
        for name, answer_before in before.answers.items():
            if not name.startswith("_") and name not in names_of(section):
                assert after.answers.get(name) == answer_before, f"{name} is in another section"
        if with_replies and replies:
            told = tab.browser.client.get(self.address).content.decode()
            known = {as_kept(text) for text in Remark.objects.filter(page=self.page).values_list("text", flat=True)}
            assert all(reply in known or "Your reply was" in told for reply in replies)
        self.acknowledged = (self.acknowledged | sent) - gone
        if answer.status_code == 200:
            tab.earlier.pop()
            form.before = {name: list(values) for name, values in form.fields.items()}
        return answer

    @invariant()
    def nothing_is_lost(self):
        copy = WorkingCopy.objects.filter(city=self.city).first()
        if copy is None:
            return
        missing = self.acknowledged - texts(copy.answers)
        assert self.in_versions(missing), f"lost: {missing}"


def names_of(section: str) -> set[str]:
    return {part.name for part in BY_CODE[section].parts}


def keys(copy: WorkingCopy) -> set[str]:
    """What is no text: keys and ids in the JSON of a working copy."""
    rows = [row for answer in copy.answers.values() if isinstance(answer, list) for row in answer]
    waiting = [text for texts_beside in copy.answers.get("_others", {}).values() for text in texts_beside]
    return {row["key"] for row in rows if "key" in row} | {str(text[name]) for text in waiting for name in ("id", "at")}


def assert_shows(answer, tab: Tab):
    """The answer shows the form with everything that was sent; return that form."""
    form, shown = tab.form, form_in(answer.content.decode())
    assert form is not None
    assert shown is not None, "the text that was sent is not shown again"
    for name in (*form.typed_names, *form.reply_names):
        if form.fields[name][0]:
            assert as_kept(shown.fields[name][0]) == as_kept(form.fields[name][0]), name
    assert shown.id == form.id
    return shown


def walk(sign_in, examples: int, steps: int) -> None:
    factories.tree()
    moderator = factories.user("Moderators")
    WORLD.update(moderator=moderator, editor=sign_in(moderator), cluster=factories.public_cluster())
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            phases=[Phase.generate],  # a failure needs no shortest walk, which takes minutes
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_what_was_acknowledged_is_not_lost(sign_in):
    walk(sign_in, examples=4, steps=25)


@pytest.mark.sweep
def test_what_was_acknowledged_is_not_lost_in_long_walks(sign_in):
    walk(sign_in, examples=60, steps=40)
