"""The secretariat of the demonstration: an editor with something in every row, a translator with a queue."""

from django.apps import apps
from django.core.management import call_command

from accounts.models import User
from core.translations.report import translations_for
from editorial.days_work import rows_for
from editorial.demonstration.loading import EDITOR, MODERATOR, TRANSLATOR
from editorial.kinds_of_work import KINDS_OF_WORK


def numbers_of_rows() -> dict[str, int]:
    return {model._meta.label: model.objects.count() for model in apps.get_models() if hasattr(model, "objects")}


def test_the_secretariat_has_work_of_every_kind_and_loading_twice_changes_nothing(network):
    rows = {email: rows_for(User.objects.get(email=email), KINDS_OF_WORK) for email in (EDITOR, MODERATOR)}
    assert {row.code for row in rows[MODERATOR]} == {kind.code for kind in KINDS_OF_WORK}
    empty = {row.code for email in rows for row in rows[email] if not row.numbers}
    # The worker of the demonstration publishes what is late.
    assert empty == {"late-schedules"}, "load_editorial has to load something for these rows"

    translator = User.objects.get(email=TRANSLATOR)
    queue = translations_for(translator).filter(assignment__translator=translator, outdated_since__isnull=False)
    for language in ("ar", "zh-hans"):
        assert queue.filter(target_locale__language_code=language).count() >= 2

    before = numbers_of_rows()
    call_command("load_editorial")
    assert numbers_of_rows() == before
