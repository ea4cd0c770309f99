"""What a person of a city may do at its desk: pure functions, which deny what they do not name."""

from enum import StrEnum

from cities.vocabularies import CityRole


class Action(StrEnum):
    """An action at the desk of a city."""

    VIEW = "view"
    WRITE = "write"  # practices, with their files, replies and confirmations
    SUBMIT = "submit"  # and withdraw
    TAKE_DOWN = "take-down"
    CHANGE_CITY = "change-city"  # facts and profile
    LEAVE = "leave"
    MANAGE_PEOPLE = "manage-people"  # invite, remove, change roles, hand over


OF_EDITORS = frozenset({Action.VIEW, Action.WRITE, Action.SUBMIT, Action.CHANGE_CITY, Action.LEAVE})
ALLOWED = {
    CityRole.EDITOR: OF_EDITORS,
    CityRole.OWNER: OF_EDITORS | {Action.TAKE_DOWN, Action.MANAGE_PEOPLE},
}


def may(role: str | None, action: Action) -> bool:
    """Whether a person with this role in a city (None: no role there) may do `action` there."""
    return action in ALLOWED.get(CityRole(role), frozenset()) if role in CityRole.values else False
