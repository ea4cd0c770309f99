"""The mails as a mail program shows them that has a browser inside: no findings of axe, nothing too wide."""

import pytest

from mails.kinds import MailKind
from mails.outbox import send_once
from tests import factories
from tests.axe.findings import CONTRASTS, RULES, findings
from tests.mails.test_outbox import CONTEXT

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.mark.sweep
@pytest.mark.parametrize("language", ["en", "ar", "zh-hans"])
@pytest.mark.parametrize("kind", MailKind)
def test_a_mail_is_accessible_light_and_dark_narrow_and_wide(browser, kind, language):
    notice = send_once(
        kind, to=factories.user(language=language), about="a", context=CONTEXT, path=f"/{language}/desk/"
    )
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.set_content(notice.mail.html_message)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            for colours, rules in (("dark", CONTRASTS), ("light", RULES)):
                page.emulate_media(color_scheme=colours)
                assert findings(page, rules) == [], f"{width} px, {colours}"
            too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert too_wide == 0, f"{width} px"
