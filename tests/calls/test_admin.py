"""Editors create calls and move their dates with forms; no form overwrites a date."""

from datetime import date, datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.users.models import UserProfile

from calls.models import Call, CallIndexPage, DateChange, Withdrawal
from calls.services import withdraw_change
from tests import factories
from tests.calls.builders import (
    BERLIN,
    END_OF_JUNE,
    END_OF_MAY,
    KATHMANDU,
    MIDDLE_OF_JULY,
    MIDDLE_OF_JUNE,
    at,
    call_document,
    extend,
    membership,
    now,
)
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

LATER = datetime(2026, 5, 1, tzinfo=BERLIN)
NEW_CALL = {
    "code": "award-2026",
    "kind": "award",
    "time_zone": "Europe/Berlin:hamburg",
    "precision": "minute",
    "opening_day": "2026-04-01",
    "city_day": "2026-05-31",
    "commission_day": "2026-06-15",
    "commission_time": "18:00",
    "results_precision": "month",
    **{
        f"{formset}-{name}": 0
        for formset in ("documents", "sessions")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    },
}
EXTENSION = {
    "city_day": "2026-06-30",
    "commission_day": "2026-07-15",
    "commission_time": "18:00",
    "reason": "emergency",
    "decided_by": "secretariat",
}


@pytest.fixture(autouse=True)
def _tree():
    factories.tree()


@pytest.fixture
def editor(sign_in):
    return sign_in(factories.user("Editors"))


def url(name, *args):
    return reverse(f"calls:{name}", args=args)


def errors_of(response) -> str:
    form = response.context["form"]
    return " ".join([*form.non_field_errors(), *(str(error) for errors in form.errors.values() for error in errors)])


# --- Creating calls -----------------------------------------------------------------------


def test_a_new_call_stores_its_deadlines_as_the_first_instants_that_are_too_late(editor):
    with at(2026, 3, 1):
        response = editor.post(url("add"), NEW_CALL)
    call = Call.objects.get()
    assert response["Location"] == url("edit", call.pk)
    assert call.opens_at == datetime(2026, 4, 1, tzinfo=BERLIN)
    assert call.first_deadline == END_OF_MAY
    assert call.first_commission_deadline == MIDDLE_OF_JUNE


def test_times_are_in_the_time_zone_of_the_call(editor):
    editor.post(url("add"), {**NEW_CALL, "time_zone": "Asia/Kathmandu", "city_time": "17:00"})
    assert Call.objects.get().first_deadline == datetime(2026, 5, 31, 17, 1, tzinfo=KATHMANDU)


def test_a_time_is_refused_by_a_call_with_day_precision(editor):
    response = editor.post(url("add"), {**NEW_CALL, "precision": "day", "city_time": "12:00"})
    assert set(response.context["form"].errors) == {"city_time", "commission_time"}
    assert "Leave the time empty" in errors_of(response)
    assert not Call.objects.exists()
    editor.post(url("add"), {**NEW_CALL, "precision": "day", "commission_time": ""})
    assert Call.objects.get().first_deadline == END_OF_MAY


def test_dates_that_are_not_on_record_stay_empty(editor):
    editor.post(
        url("add"), {**NEW_CALL, "opening_day": "", "city_day": "", "commission_day": "", "commission_time": ""}
    )
    call = Call.objects.get()
    assert (call.opens_at, call.first_deadline, call.first_commission_deadline) == (None, None, None)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"opening_day": "2026-06-01"}, "The call must open before its deadline."),
        (
            {"commission_day": "2026-05-30"},
            "The deadline for National Commissions must not be before the deadline for cities.",
        ),
        ({"city_day": "2026-03-29", "city_time": "02:30", "opening_day": ""}, "so 02:30 does not exist"),
        ({"city_day": "9999-12-31"}, "Enter a year from 1900 to 2199."),
        ({"results_on": "9999-12-31"}, "Enter a year from 1900 to 2199."),
        ({"results_published_at": "9999-12-31 23:59"}, "Enter a year from 1900 to 2199."),
        ({"city_day": "", "city_time": "12:00"}, "Enter the day as well."),
        ({"city_day": "soon"}, "Enter a valid date."),
        ({"time_zone": "Mars/Base"}, "Choose a place from the list."),
        ({"code": "Not a code"}, "Enter a valid"),
        ({"quota_per_country": "-1"}, "greater than or equal to 0"),
    ],
)
def test_contradicting_or_impossible_dates_are_refused_with_a_message(editor, wrong, sentence):
    response = editor.post(url("add"), {**NEW_CALL, **wrong})
    assert response.status_code == 200
    assert sentence in errors_of(response)
    assert not Call.objects.exists()


def test_a_new_call_links_to_the_form_for_its_page(editor):
    factories.tree("fr")
    call = membership()
    page = editor.get(url("edit", call.pk))
    english, french = (CallIndexPage.objects.get(locale__language_code=code) for code in ("en", "fr"))
    assert url("write", call.pk, english.pk) in page.content.decode()
    assert url("write", call.pk, french.pk) in page.content.decode()
    form = editor.get(url("write", call.pk, french.pk))
    assert f'<option value="{call.pk}" selected>' in form.content.decode()
    assert reverse("wagtailadmin_pages:add", args=["calls", "callpage", french.pk]) in form.content.decode()


def test_an_existing_page_is_linked_instead_of_the_form(editor):
    call = membership()
    page = factories.call_page(call, title="Join the network")
    content = editor.get(url("edit", call.pk)).content.decode()
    assert "Join the network" in content
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in content
    assert "Write the page" not in content


def test_the_page_form_offers_only_calls_without_a_page(editor):
    factories.tree("fr")
    taken = factories.call_page(membership()).call
    free = factories.call(code="award-2026")
    for language in ("en", "fr"):
        parent = CallIndexPage.objects.get(locale__language_code=language)
        form = editor.get(reverse("wagtailadmin_pages:add", args=["calls", "callpage", parent.pk])).context["form"]
        assert [call.code for call in form.fields["call"].queryset] == [free.code]
    own = editor.get(reverse("wagtailadmin_pages:edit", args=[taken.pages.get().pk])).context["form"]
    assert {call.code for call in own.fields["call"].queryset} == {taken.code, free.code}


# --- Dates are not overwritten -------------------------------------------------------------


def test_the_form_of_a_call_has_no_date_fields(editor):
    call = membership()
    fields = editor.get(url("edit", call.pk)).context["form"].fields
    dates = ("opens_at", "first_deadline", "first_commission_deadline", "time_zone", "precision", "code", "city_day")
    assert not set(dates) & set(fields)
    editor.post(url("edit", call.pk), {**NEW_CALL, "first_deadline": "2027-01-01 00:00", "quota_per_country": 5})
    call.refresh_from_db()
    assert (call.first_deadline, call.quota_per_country, call.code) == (END_OF_MAY, 5, "membership-2026")


def test_it_shows_the_dates_in_effect_and_links_to_the_forms_that_move_them(editor):
    call = membership()
    factories.call_page(call)
    with at(2026, 4, 29):
        content = editor.get(url("edit", call.pk)).content.decode()
    assert "31 May 2026, 23:59" in content
    assert url("extend", call.pk) in content
    assert url("close_early", call.pk) in content
    assert url("open_early", call.pk) not in content
    assert url("correct", call.pk) not in content


def test_an_upcoming_call_can_be_opened_early_and_one_that_was_never_public_corrected(editor):
    call = membership()
    with at(2026, 3, 1):
        content = editor.get(url("edit", call.pk)).content.decode()
    assert url("open_early", call.pk) in content
    assert url("correct", call.pk) in content


def test_it_names_the_languages_in_which_the_call_has_a_page_but_no_flyer(editor):
    factories.tree("fr")
    call = membership()
    factories.translated(factories.call_page(call), "fr")
    address = url("edit", call.pk)
    assert "but no flyer" not in editor.get(address).content.decode()
    call_document(call, language="en")
    assert "but no flyer: Français." in editor.get(address).content.decode()
    call_document(call, language="fr")
    assert "but no flyer" not in editor.get(address).content.decode()


# --- Moving dates -------------------------------------------------------------------------


def test_an_editor_extends_both_deadlines_at_once(editor):
    call = membership()
    with at(2026, 4, 29, 12):
        response = editor.post(url("extend", call.pk), EXTENSION)
        assert response["Location"] == url("edit", call.pk)
        assert (now(call).deadline, now(call).commission_deadline) == (END_OF_JUNE, MIDDLE_OF_JULY)
        content = editor.get(url("edit", call.pk)).content.decode()
    assert DateChange.objects.filter(recorded_by__email__startswith="person-", reason="emergency").count() == 2
    assert "29 April 2026, 12:00 (Hamburg)" in content
    assert "An emergency prevented cities from preparing their applications." in content


def test_a_double_click_extends_once(editor):
    call = membership()
    with at(2026, 4, 29, 12):
        editor.post(url("extend", call.pk), EXTENSION)
    with at(2026, 4, 29, 12, 0, 1):
        assert editor.post(url("extend", call.pk), EXTENSION).status_code == 302
    assert DateChange.objects.count() == 2


def test_if_one_of_two_moves_is_invalid_neither_is_saved(editor):
    call = membership()
    with at(2026, 4, 29):
        response = editor.post(url("extend", call.pk), {**EXTENSION, "city_day": "2026-05-20"})
    assert "must be later than the current one, 31 May 2026, 23:59 (Hamburg)" in errors_of(response)
    assert not DateChange.objects.exists()


def test_a_contradiction_is_refused_with_a_message(editor):
    call = membership()
    with at(2026, 4, 29):
        response = editor.post(url("extend", call.pk), {**EXTENSION, "commission_day": "", "commission_time": ""})
    assert response.status_code == 200
    assert "would be later than the deadline for National Commissions" in response.content.decode()
    assert not DateChange.objects.exists()


def test_the_preview_shows_before_and_after_and_saves_nothing(editor):
    call = membership()
    planned = {**EXTENSION, "announce_day": "2026-05-04", "announce_time": "09:00"}
    with at(2026, 4, 29):
        response = editor.post(url("extend", call.pk), {**planned, "preview": "1"})
    before, after = response.context["before"], response.context["after"]
    assert [clock["text"] for clock in before["clocks"]] == [
        "31 May 2026, 23:59 (Hamburg)",
        "15 June 2026, 18:00 (Hamburg)",
    ]
    assert [clock["text"] for clock in after["clocks"]] == [
        "30 June 2026, 23:59 (Hamburg)",
        "15 July 2026, 18:00 (Hamburg)",
    ]
    assert after["clocks"][0]["earlier"].date == "31 May 2026"
    assert "30 June 2026, 23:59" in response.content.decode()
    assert not DateChange.objects.exists()


def test_the_preview_of_an_invalid_move_shows_the_error(editor):
    call = membership()
    with at(2026, 4, 29):
        response = editor.post(url("extend", call.pk), {**EXTENSION, "city_day": "2026-05-20", "preview": "1"})
    assert "must be later" in errors_of(response)


def test_a_planned_change_is_shown_with_its_preview_and_can_be_withdrawn(editor, client):
    call = membership()
    page = factories.call_page(call)
    with at(2026, 4, 29):
        editor.post(url("extend", call.pk), {**EXTENSION, "announce_day": "2026-05-04", "announce_time": "09:00"})
        commission, city = DateChange.objects.order_by("pk")
        content = editor.get(url("edit", call.pk)).content.decode()
        assert "Planned: not public yet" in content
        assert f"{url('preview', call.pk, page.language)}?at=2026-05-04T07%3A00%3A00%2B00%3A00" in content
        assert editor.get(url("withdraw", call.pk, city.pk)).status_code == 200
        for change in (city, commission):
            editor.post(url("withdraw", call.pk, change.pk))
        assert "Withdrawn before its announcement" in editor.get(url("edit", call.pk)).content.decode()
    with at(2026, 5, 5):
        assert now(call).deadline == END_OF_MAY
        response = editor.post(url("withdraw", call.pk, city.pk))
        assert response.status_code == 302


def test_a_change_of_another_call_cannot_be_withdrawn_here(editor):
    other = membership(code="award-2026", first_commission_deadline=None)
    with at(2026, 4, 29):
        change = extend(other, announce_at=datetime(2026, 5, 4, tzinfo=BERLIN))
        editor.post(url("withdraw", membership().pk, change.pk))
    assert not Withdrawal.objects.exists()


def test_opening_and_closing_early_have_forms(editor):
    call = membership()
    why = {"reason": "correction", "decided_by": "host"}
    with at(2026, 3, 1):
        assert editor.get(url("open_early", call.pk)).status_code == 200
        editor.post(url("open_early", call.pk), {**why, "opening_day": "2026-03-16", "opening_time": "09:00"})
        editor.post(url("close_early", call.pk), {**why, "city_day": "2026-05-20", "city_time": ""})
        assert now(call).opening == datetime(2026, 3, 16, 9, tzinfo=BERLIN)
        assert now(call).deadline == datetime(2026, 5, 21, tzinfo=BERLIN)


def test_dates_that_were_never_public_are_corrected_without_history(editor):
    call = membership()
    form = editor.get(url("correct", call.pk)).context["form"]
    assert form["city_day"].value() == date(2026, 5, 31)
    editor.post(url("correct", call.pk), {"opening_day": "2026-04-02", "city_day": "2026-06-30"})
    call.refresh_from_db()
    assert (call.first_deadline, call.first_commission_deadline) == (END_OF_JUNE, None)
    assert not DateChange.objects.exists()


def test_a_reason_and_who_decided_are_required(editor):
    call = membership()
    with at(2026, 4, 29):
        response = editor.post(url("extend", call.pk), {**EXTENSION, "reason": "", "decided_by": "nobody"})
        nothing = editor.post(url("extend", call.pk), {"reason": "emergency", "decided_by": "secretariat"})
    assert {"reason", "decided_by"} <= set(response.context["form"].errors)
    assert "Enter a new date." in errors_of(nothing)


@pytest.mark.parametrize("value", ["9999-12-31", "0001-01-01", "31.06.2026", "\0", "<script>", "2026-06-31"])
def test_absurd_dates_are_refused_with_a_message(editor, value):
    call = membership()
    with at(2026, 4, 29):
        for field in ("city_day", "announce_day"):
            response = editor.post(url("extend", call.pk), {**EXTENSION, field: value})
            assert response.status_code == 200
            assert errors_of(response)
    assert not DateChange.objects.exists()


# --- Permissions --------------------------------------------------------------------------

FORMS = ("extend", "open_early", "close_early", "correct")


@pytest.mark.parametrize("name", FORMS)
def test_an_editor_may_move_dates(editor, name):
    with at(2026, 3, 1):
        assert editor.get(url(name, membership().pk)).status_code == 200


@pytest.mark.parametrize("name", FORMS)
def test_a_translator_may_not_move_dates(sign_in, name):
    call = membership()
    translator = sign_in(factories.user("Translators"))
    with at(2026, 4, 29):
        for response in (translator.get(url(name, call.pk)), translator.post(url(name, call.pk), EXTENSION)):
            assert response.status_code == 302
            assert response["Location"] == reverse("wagtailadmin_home")
    assert not DateChange.objects.exists()
    assert Call.objects.get().first_deadline == END_OF_MAY


def test_a_translator_may_not_withdraw_a_change_or_create_a_page(sign_in):
    call = membership(first_commission_deadline=None)
    with at(2026, 4, 29):
        change = extend(call, announce_at=datetime(2026, 5, 4, tzinfo=BERLIN))
        translator = sign_in(factories.user("Translators"))
        translator.post(url("withdraw", call.pk, change.pk))
    assert not Withdrawal.objects.exists()


def test_an_anonymous_user_is_asked_to_sign_in(client):
    call = membership()
    assert "/admin/login/" in client.get(url("extend", call.pk))["Location"]
    assert "/admin/login/" in client.post(url("extend", call.pk), EXTENSION)["Location"]


# --- The list -----------------------------------------------------------------------------


def table_text(content: str) -> str:
    """The text of the list."""
    (table,) = BeautifulSoup(content, "html.parser").select("table.listing")
    return " ".join(table.get_text(" ").split())


def test_the_list_shows_the_state_of_each_call(editor):
    factories.tree("fr")
    factories.tree("fr")
    call = membership()
    factories.translated(factories.call_page(call, title="Join us"), "fr")
    call_document(call, language="fr", shows_deadline=date(2026, 5, 30))
    with at(2026, 4, 29):
        content = editor.get(url("index")).content.decode()
    page = call.pages.get(locale__language_code="en")
    for text in (page.title, "Call for membership", "Open", "English, French", "French: shows 30 May 2026"):
        assert text in content
    words = table_text(content)
    for text in ("31 May 2026, 23:59 (Hamburg)", "31 May 2026, 21:59 (UTC)", "The page says “Closing soon”."):
        assert text in words
    assert call.code not in words


def test_the_list_needs_as_many_queries_for_one_call_as_for_many(editor):
    counts = []
    for _number in range(3):
        call = factories.call()
        factories.call_page(call)
        call_document(call)
        counts.append(queries_of(url("index"), reader=editor))
    assert counts[0] == counts[1] == counts[2] <= 20


def titles_in_the_list(editor, **filters) -> list[str]:
    return [row["title"] for row in editor.get(url("index_results"), filters).context["rows"]]


def test_a_call_is_found_by_its_code_and_by_its_title_in_any_language_once(editor):
    factories.tree("fr")
    factories.translated(factories.call_page(membership(), title="Join us"), "fr", {"Join us": "Rejoignez-nous"})
    factories.call_page(factories.call(code="award-2026"), title="The award")
    assert titles_in_the_list(editor, q="award-2026") == ["The award"]
    assert titles_in_the_list(editor, q="rejoignez") == ["Join us"]
    assert titles_in_the_list(editor, q="join us") == ["Join us"]


def test_the_list_names_a_call_in_the_language_of_the_editor(client):
    factories.tree("fr")
    factories.translated(factories.call_page(membership(), title="Join us"), "fr", {"Join us": "Rejoignez-nous"})
    editor = factories.user("Editors")
    UserProfile.objects.create(user=editor, preferred_language="fr", current_time_zone="America/Bogota")
    client.force_login(editor)
    with at(2026, 4, 29):
        content = client.get(url("index")).content.decode()
    assert "Rejoignez-nous" in content
    assert "Join us" not in content
    assert "31 mai 2026, 16:59 (Bogota)" in table_text(content)
    assert "31 mai 2026, 21:59 (UTC)" in table_text(content)


# The state of each call on 29 April 2026; each has a sibling that the filter must leave out.
BY_STATE = {
    "upcoming": {"opens_at": datetime(2026, 5, 10, tzinfo=BERLIN)},
    "open": {"first_deadline": datetime(2026, 8, 1, tzinfo=BERLIN), "first_commission_deadline": None},
    "closing-soon": {"first_deadline": datetime(2026, 5, 5, tzinfo=BERLIN)},
    "closed": {"first_deadline": datetime(2026, 4, 20, tzinfo=BERLIN)},
    "results": {"results_published_at": datetime(2026, 4, 28, tzinfo=BERLIN)},
    "undated": {"first_deadline": None, "first_commission_deadline": None, "results_on": None},
}


def test_the_list_is_filtered_by_the_codes_of_states_kinds_and_needs_and_begins_with_what_is_due(editor):
    for code, fields in BY_STATE.items():
        factories.call_page(membership(code=f"call-{code}", **fields), title=code)
    extended = membership(code="call-extended", kind="award")
    factories.call_page(extended, title="extended")
    with at(2026, 4, 28):
        extend(extended, "commission", MIDDLE_OF_JULY)
        extend(extended)
        planned = extend(Call.objects.get(code="call-open"), new=datetime(2026, 9, 1, tzinfo=BERLIN), announce_at=LATER)
    call_document(extended, shows_deadline=date(2026, 5, 31))
    with at(2026, 4, 29):
        for code in (*BY_STATE, "extended"):
            assert titles_in_the_list(editor, status=code) == [code]
        assert titles_in_the_list(editor, status=["closing-soon", "upcoming"]) == ["closing-soon", "upcoming"]
        assert titles_in_the_list(editor, kind="award") == ["extended"]
        assert titles_in_the_list(editor, kind="award", status="open") == []
        assert titles_in_the_list(editor, needs="flyer") == ["extended"]
        assert titles_in_the_list(editor, needs="announcement") == ["open"]
        assert titles_in_the_list(editor, needs="due") == ["closing-soon", "upcoming"]
        assert titles_in_the_list(editor, status="no-such-state") == titles_in_the_list(editor)
        assert titles_in_the_list(editor)[:3] == ["open", "closing-soon", "upcoming"]
        withdraw_change(planned)
        assert titles_in_the_list(editor, needs="announcement") == []


def test_the_screen_of_a_call_names_its_outdated_flyers(editor):
    call = membership()
    call_document(call, document=factories.document(title="The old flyer"), shows_deadline=date(2026, 5, 30))
    call_document(
        call, language="fr", document=factories.document(title="The new one"), shows_deadline=date(2026, 5, 31)
    )
    lines = {line["code"]: line for line in editor.get(url("edit", call.pk)).context["grid"]}
    assert lines["en"]["cells"][0].rows[0]["fault"] == "Shows an old date. The deadline is 31 May 2026."
    assert lines["fr"]["cells"][0].rows[0]["fault"] == ""
