"""Every template in a real browser: no findings of axe, no overflow, no refused requests."""

import pytest

from tests.axe.findings import CONTRASTS, RULES, findings
from tests.browser.addresses import TEMPLATES

ALL_LANGUAGES = ("en", "fr", "es", "pt", "ar", "ru", "zh-hans")
LANGUAGES = ("en", "ar", "zh-hans")


def _check(open_page, language: str, template: str) -> None:
    # Dark from the start, so that no colour is measured during a transition.
    page = open_page(f"/{language}/{TEMPLATES[template]}", width=320, color_scheme="dark", reduced_motion="reduce")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for colours, rules in (("dark", CONTRASTS), ("light", RULES)):
            page.emulate_media(color_scheme=colours)
            where = f"{template} in {language}, {width} px, {colours}"
            assert findings(page, rules) == [], where
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, f"{template} in {language}, {width} px: {overflow} px too wide"
    expected = [] if template != "missing" else [text for text in page.complaints if "404" in text]
    assert page.complaints == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_is_accessible_light_and_dark_narrow_and_wide(open_page, template, language):
    _check(open_page, language, template)


@pytest.mark.sweep
@pytest.mark.parametrize("language", sorted(set(ALL_LANGUAGES) - set(LANGUAGES)))
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_is_accessible_in_the_other_languages_too(open_page, template, language):
    _check(open_page, language, template)
