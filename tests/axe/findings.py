"""Which rules of axe the portal's pages are checked by, and what axe finds."""

from functools import cache
from typing import Any

from playwright.sync_api import Frame, Page

from tests import services
from tests.axe import package

# No details of passed rules: they would take as long as the check.
ANSWERED: dict[str, Any] = {"resultTypes": ["violations", "incomplete"]}
TAGS = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# All rules, and the contrasts of AAA.
RULES = ANSWERED | {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}
# Without AAA, for parts that are Wagtail's.
STANDARD = ANSWERED | {"runOnly": {"type": "tag", "values": [tag for tag in TAGS if tag != "wcag2aaa"]}}
# The rules whose result can differ between light and dark.
CONTRASTS = ANSWERED | {"runOnly": {"type": "rule", "values": ["color-contrast", "color-contrast-enhanced"]}}


@cache
def _script() -> str:
    services.need(services.AXE)
    return package.script()


def answer(page: Page | Frame, rules: dict, context: str | dict | None = None) -> dict:
    """Run axe in a page, or only in the elements of `context` (a selector, or a context of axe)."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    return page.evaluate("([context, rules]) => axe.run(context ?? document, rules)", [context, rules])


def findings(
    page: Page | Frame, rules: dict, context: str | dict | None = None, *, with_undecided: bool = True
) -> list[str]:
    """Return the violations, and the contrasts that axe could not determine."""
    found = answer(page, rules, context)
    undecided = [rule for rule in found["incomplete"] if rule["id"].startswith("color-contrast") and with_undecided]
    return [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for rule in [*found["violations"], *undecided]
        for node in rule["nodes"]
    ]
