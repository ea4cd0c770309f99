"""Simulates an editor with a browser: `python -m tests.portal.editor ADDRESS EMAIL PASSWORD`.

Signs in, submits the forms of the admin that standard input names, and prints one line for each answer.
An input line is a JSON list of a form's address and the fields to fill in.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from bs4 import BeautifulSoup

PATIENCE = 60


def fields_of(form) -> list[tuple[str, str]]:
    """Return what a browser sends for a form without changes."""
    fields = []
    for field in form.select("input[name], textarea[name], select[name]"):
        kind = field.get("type", field.name)
        if kind in {"checkbox", "radio"} and not field.has_attr("checked"):
            continue
        if field.name == "select":
            fields += [(field["name"], option.get("value", "")) for option in field.select("option[selected]")]
        elif kind not in {"file", "submit", "button"}:
            fields.append((field["name"], field.get("value", "") if field.name == "input" else field.get_text()))
    return fields


class Editor:
    """A browser with its cookies."""

    def __init__(self, address: str):
        self.address = address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(self, path: str, fields: list[tuple[str, str]] | None = None):
        """Return status, address and page after all redirects."""
        body = None if fields is None else urllib.parse.urlencode(fields).encode()
        headers = {"Referer": f"{self.address}{path}"}
        request = urllib.request.Request(f"{self.address}{path}", body, headers)
        try:
            with self.opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.url, BeautifulSoup(answer.read(), "lxml")
        except urllib.error.HTTPError as error:
            return error.code, error.url, BeautifulSoup(error.read(), "lxml")

    def fill(self, path: str, form: str, filled: dict[str, str]):
        """Open a form, fill in some fields and submit it. Returns what `open` returns."""
        status, _url, page = self.open(path)
        if status != 200 or not (element := page.select_one(form)):
            return status, path, page
        fields = [(name, value) for name, value in fields_of(element) if name not in filled]
        return self.open(path, fields + list(filled.items()))


def main() -> None:
    address, email, password = sys.argv[1:]
    editor = Editor(address)
    editor.fill("/admin/login/", "form", {"username": email, "password": password})
    for line in sys.stdin:
        path, filled = json.loads(line)
        status, url, page = editor.fill(path, "#page-edit-form", filled)
        messages = [element.get_text(" ", strip=True) for element in page.select(".messages, .error-message, h1")]
        print(status, url.removeprefix(address), *messages, flush=True)


if __name__ == "__main__":
    main()
