"""The way by keyboard to the results: skip links lead over the header and the filters."""

import pytest

MOST = 12
FILTERS = "cluster=literacy&cluster=esd&region=africa&region=arab-states&type=practice&type=city&from=2000"
ADDRESSES = ("search/?q=learning", f"search/?q=learning&{FILTERS}", "practices/", "practices/?cluster=literacy")
FOCUS = """() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect();
  return {
    target: element.matches("a[href^='#']") ? element.getAttribute("href") : "",
    isSeen: box.width > 20 && box.height > 20,
    isResult: !!element.closest("#hits .list, #others .list"),
  };
}"""


def stops(page, skip: str) -> int:
    """Press Tab until a result has the focus, and Enter on the skip link to `skip`; the number of presses of Tab."""
    for number in range(1, 60):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus["isResult"]:
            return number
        if focus["target"] == skip:
            assert focus["isSeen"], "the skip link that has the focus is not visible"
            page.keyboard.press("Enter")
            # The next Tab must start from the target and not from the link.
            skip = "" if skip == "#hits" else "#hits"
    pytest.fail("no result has the focus after 60 presses of Tab")


@pytest.mark.parametrize("skip", ["#hits", "#main"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("address", ADDRESSES)
def test_the_results_are_reached_in_few_stops(open_page, address, width, skip):
    """By the skip link to the results, and by the one to the content followed by the one over the filters."""
    page = open_page(f"/en/{address}", width=width)
    assert stops(page, skip) <= MOST


def test_a_search_without_results_offers_no_order(open_page):
    with_results = open_page("/en/search/?q=learning")
    assert with_results.locator(".summary a[href*='sort=']").count() > 0
    without = open_page("/en/search/?q=xyzzyplugh")
    assert without.locator(".summary a[href*='sort=']").count() == 0
    assert "Sort" not in without.locator(".summary").first.inner_text()


def test_what_is_folded_on_a_call_is_printed(open_page):
    page = open_page("/en/calls/membership-example/")
    folds = page.locator("main details:not([open])")
    assert folds.count() > 3
    below_summary = """folds => folds.map((fold) =>
      fold.getBoundingClientRect().bottom - fold.querySelector("summary").getBoundingClientRect().bottom)"""
    assert max(folds.evaluate_all(below_summary)) < 5
    page.emulate_media(media="print")
    assert min(folds.evaluate_all(below_summary)) > 20
