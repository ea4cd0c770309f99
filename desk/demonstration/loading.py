"""Loads the people of example cities, and practices in every state that a city and the secretariat see.

What exists is kept: a second run restores what is missing.
"""

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils import timezone
from wagtail.models import Comment

from accounts.models import User
from cities.models import City, CityPerson, CityProfile
from core.i18n.languages import LANGUAGE_CODES
from desk.city.profile import publish, save_draft
from desk.models import WorkingCopy
from desk.writing.merging import Merged
from desk.writing.saving import change_answers
from desk.writing.services import revise, submit
from home.demonstration.accounts import create_accounts
from moderation.services import send_back
from practices.models import PracticePage

FOLDER = Path(__file__).parent
MODERATOR = "moderator@example.org"


def people() -> list[dict[str, str]]:
    """The people of example cities: e-mail address, names, language, code of the city, role."""
    return _read("people.toml")["people"]


def load_people() -> int:
    """Create the missing accounts and roles; return how many accounts."""
    made = create_accounts((person["email"], person["first_name"], person["last_name"]) for person in people())
    for person in people():
        user = User.objects.get(email=person["email"])
        if user.last_login is None:  # they have written, so they have accepted their invitations
            User.objects.filter(pk=user.pk).update(last_login=timezone.now())
        if not user.language and person["language"] in LANGUAGE_CODES:
            User.objects.filter(pk=user.pk).update(language=person["language"])
        city = City.objects.filter(code=person["city"]).first()
        if city is not None:
            CityPerson.objects.get_or_create(user=user, city=city, defaults={"role": person["role"]})
    return made


def load_practices() -> int:
    """Load the practices that are not public yet; return how many were missing."""
    return sum(_load_practice(path.stem, tomllib.loads(path.read_text(encoding="utf-8"))) for path in _files())


def _files() -> list[Path]:
    return sorted((FOLDER / "practices").glob("*.toml"))


@transaction.atomic
def _load_practice(name: str, content: dict[str, Any]) -> bool:
    """Load one practice unless it is there; return whether it was missing."""
    by = User.objects.filter(email=content["by"]).first()
    city = City.objects.filter(code=content["city"]).first()
    if by is None or city is None or content["language"] not in LANGUAGE_CODES:
        return False
    answers = _with_keys(name, content["answers"])
    if content["state"] == "revising":
        return _revise(content["published"], answers, by)
    key = uuid5(NAMESPACE_URL, name)
    if WorkingCopy.objects.filter(key=key).exists() or PracticePage.objects.filter(translation_key=key).exists():
        return False
    copy = WorkingCopy.objects.create(
        key=key, city=city, language=content["language"], answers=answers, created_by=by, updated_by=by
    )
    if content["state"] in {"submitted", "returned"}:
        submit(copy, by=by)
    if content["state"] == "returned":
        _return(key, content)
    if days := content.get("untouched_for_days"):
        WorkingCopy.objects.filter(pk=copy.pk).update(updated_at=timezone.now() - timedelta(days=days))
    return True


def _with_keys(name: str, answers: dict[str, Any]) -> dict[str, Any]:
    """The answers with a key for each row, the same at each run."""
    return {
        field: [
            {"key": str(uuid5(NAMESPACE_URL, f"{name} {field} {number}")), **row} for number, row in enumerate(value)
        ]
        if isinstance(value, list) and value and isinstance(value[0], dict)
        else value
        for field, value in answers.items()
    }


def _return(key: UUID, content: dict[str, Any]) -> None:
    """Return a submission with remarks at its sections, as a moderator does."""
    moderator = User.objects.get(email=MODERATOR)
    page = PracticePage.objects.get(translation_key=key)
    for remark in content["remarks"]:
        Comment.objects.create(page=page, user=moderator, contentpath=remark["section"], text=remark["text"])
    send_back(page, by=moderator, sentence=content["sentence"])


def _revise(slug: str, answers: dict[str, Any], by: User) -> bool:
    """Begin to revise a published practice."""
    published = PracticePage.objects.filter(slug=slug, live=True).select_related("locale", "city")
    page = next((page for page in published if page.is_original), None)
    if page is None or WorkingCopy.objects.filter(page=page).exists():
        return False
    copy = revise(page, by=by)
    change_answers(copy, lambda before: Merged(before | answers), by=by)
    return True


def load_profile() -> bool:
    """Load the own words of an example city: published in its language, a draft in others; return whether missing."""
    content = _read("profile.toml")
    city = City.objects.filter(code=content["city"]).first()
    by = User.objects.filter(email=content["by"]).first()
    if city is None or by is None or content["language"] not in LANGUAGE_CODES:
        return False
    if CityProfile.objects.filter(city=city).exists():
        return False
    save_draft(city, content["language"], {}, content["words"], by=by)
    publish(city, content["language"], by=by)
    for language, words in content["translations"].items():
        if language in LANGUAGE_CODES:
            save_draft(city, language, {}, words, by=by)
    return True


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
