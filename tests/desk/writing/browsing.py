"""Browsers of people who write at the desk: tabs with forms, which send what a browser sends."""

import copy
import json
import re
from dataclasses import dataclass, field

from django.test import Client
from lxml import html

from desk.writing.questions import Kind
from desk.writing.sections import BY_CODE

PASSWORD = "a password for tests"
SKIPPED = {"submit", "image", "reset", "file", "button"}
TYPED = {
    part.name
    for section in BY_CODE.values()
    for part in (*section.questions, *(question for rows in section.rows for question in rows.questions))
    if part.kind in {Kind.LINE, Kind.TEXT}
}


@dataclass
class Form:
    """A form of a section in a page: what it showed, and what is in its fields now."""

    fields: dict[str, list[str]]
    choices: dict[str, dict[str, str]]
    """Field of a choice between two texts → value of the button → text."""
    before: dict[str, list[str]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.fields["form"][0]

    @property
    def typed_names(self) -> list[str]:
        """The fields in which people write texts."""
        return sorted(name for name in self.fields if name.rpartition("-")[2] in TYPED and not name.startswith("reply"))

    @property
    def reply_names(self) -> list[str]:
        return sorted(name for name in self.fields if name.startswith("reply-"))

    def text(self, name: str) -> str:
        return as_kept(self.fields[name][0])

    def texts(self) -> dict[str, str]:
        """What is written in the fields for texts."""
        return {name: self.text(name) for name in self.typed_names}

    def seen(self) -> dict[str, set[str]]:
        """The texts that the form shows, by the name of their field, those to choose from included."""
        found = {name: {text} for name, text in self.texts().items() if text}
        for choice, versions in self.choices.items():
            # "choose-steps.<key>.text" is about the field "steps-<key>-text".
            name = choice.removeprefix("choose-").replace(".", "-")
            found.setdefault(name, set()).update(versions.values())
        return found


def as_kept(text: str) -> str:
    """A text as a browser sends it, with the line ends that the portal keeps."""
    return text.replace("\r\n", "\n")


def form_in(content: str) -> Form | None:
    """The form of a section in a page, with its successful controls (HTML, 4.10.22.4)."""
    if 'id="section"' not in content:
        return None
    element = html.fromstring(content).get_element_by_id("section")
    fields: dict[str, list[str]] = {}
    choices: dict[str, dict[str, str]] = {}
    for control in element.iter("input", "textarea", "select"):
        name, kind = control.get("name"), control.get("type", "")
        if not name or kind in SKIPPED:
            continue
        if kind == "radio":
            text = control.getparent().getparent().find_class("two-texts__text")[0]
            is_empty = "two-texts__text--empty" in text.get("class")
            words = "" if is_empty else as_kept(text.text_content())
            choices.setdefault(name, {})[control.get("value")] = words
        if kind in {"radio", "checkbox"} and control.get("checked") is None:
            continue
        if control.tag == "select":
            chosen = [option.get("value") for option in control.iter("option") if option.get("selected") is not None]
            first = [option.get("value") for option in control.iter("option")][:1]
            fields.setdefault(name, []).extend(chosen or first)
        elif control.tag == "textarea":
            words = (control.text or "").removeprefix("\r").removeprefix("\n")
            fields.setdefault(name, []).append(re.sub(r"\r?\n", "\r\n", words))
        else:
            fields.setdefault(name, []).append(control.get("value", ""))
    form = Form(fields, choices)
    form.before = copy.deepcopy(fields)
    return form


class Browser:
    """One browser of one person: its cookies are shared by all its tabs."""

    def __init__(self, person):
        self.person = person
        self.client = Client(enforce_csrf_checks=True)
        self.sign_in()

    def sign_in(self) -> None:
        """Sign in with a password, as in another tab: the CSRF secret is renewed."""
        path = "/en/desk/sign-in/password/"
        token = token_in(self.client.get(path).content.decode())
        sent = {"email": self.person.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
        assert self.client.post(path, sent).status_code == 302

    def lose_session(self) -> None:
        """The session ends, and the browser does not know."""
        self.client.session.flush()

    @property
    def is_signed_in(self) -> bool:
        return "_auth_user_id" in self.client.session

    def press(self, page: str, action: str):
        """Press the button of a page that posts to `action` with nothing but the token; return the answer."""
        if not self.is_signed_in:
            self.sign_in()
        content = self.client.get(page).content.decode()
        return self.client.post(action, {"csrfmiddlewaretoken": token_in(content)})


def token_in(content: str) -> str:
    """The CSRF token of the first form of a page."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', content)
    assert found, content[:500]
    return found[1]


class Tab:
    """A tab with the form of a section, and the forms that its “back” button returns to."""

    def __init__(self, browser: Browser, path: str):
        self.browser, self.path = browser, path
        self.form: Form | None = None
        self.earlier: list[tuple[str, Form]] = []
        self.load(path)

    def load(self, path: str) -> None:
        """Open an address; a person who is signed out signs in, as the portal asks."""
        if not self.browser.is_signed_in:
            self.browser.sign_in()
        answer = self.browser.client.get(path)
        assert answer.status_code in {200, 404}, answer.status_code
        self.path, self.form = path, form_in(answer.content.decode())

    def go_back(self) -> None:
        """The “back” button: the form as it was when it was sent."""
        if self.earlier:
            self.path, self.form = self.earlier.pop()

    def keep(self) -> None:
        """Remember the form, for the “back” button."""
        assert self.form is not None
        self.earlier.append((self.path, copy.deepcopy(self.form)))

    def post(self, then: str, **more):
        """Send the form with a button; return the answer."""
        assert self.form is not None
        return self.browser.client.post(self.path, {**self.form.fields, "then": [then], **more})

    def autosave(self):
        """Send the form as the script does, and take over the digests of the answer."""
        assert self.form is not None
        sent = {name: values for name, values in self.form.fields.items() if not name.startswith("reply-")}
        answer = self.browser.client.post(self.path, {**sent, "then": ["stay"]}, headers={"Accept": "application/json"})
        if answer.status_code == 200:
            shown = json.loads(self.form.fields["shown"][0]) | answer.json()["shown"]
            self.form.fields["shown"] = [json.dumps(shown)]
        return answer
