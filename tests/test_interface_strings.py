"""The message ids can be translated: a word with two senses has two ids, and Arabic numbers have the right noun."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.conf import settings
from django.utils.translation import to_locale

from scripts.catalogues import read_catalogue

STATUSES = "core/templatetags/portal_components.py"
# Words that several apps use in one sense: nouns, and the verb on a button.
SHARED = (
    "Actions Add Administrator After Apply Before Calls Cancel Caption Challenges Cities City Cluster Clusters "
    "Contact Continue Country Date Dates Deactivated Document Documents Draft E-mail Events Evidence Example "
    "Facts Filter Funding Groups Help Kind Language Languages Link Name News No Number Page Partners Password "
    "People Period Person Photographs Picture Place Plans Population Practices Preview Publish Published "
    "Publishing Quotation Reason Record Region Replace Results Role Save Show Source Sources State Text Title "
    "Today Translations Unpublish Upload Vision Website Withdraw Year Yes "
)
ONE_SENSE = frozenset(SHARED.split())


def messages(language: str) -> Iterator[Message]:
    return (message for message in read_catalogue(to_locale(language), settings.BASE_DIR / "locale") if message.id)


def is_one_word(message: Message) -> bool:
    return isinstance(message.id, str) and not message.context and bool(re.fullmatch(r"[\w-]+", message.id))


def places(message: Message) -> set[str]:
    return {path for path, _line in message.locations}


def app_of(path: str) -> str:
    first, *others = Path(path).parts
    return others[0] if first == "templates" and len(others) > 1 else first


def test_a_word_for_a_choice_is_no_field_label_and_no_heading():
    """“Year” is the label of a field, and a choice for how exactly a date is known: two words in Chinese."""
    both = {
        message.id: sorted(places(message))
        for message in messages("en")
        if is_one_word(message)
        if len({path.endswith("/vocabularies.py") or path == STATUSES for path in places(message)}) > 1
    }
    assert both == {}, "use pgettext with a context"


def test_a_word_that_several_apps_use_has_one_sense():
    shared = {
        message.id: sorted(places(message))
        for message in messages("en")
        if is_one_word(message)
        if message.id[0].isupper() and len({app_of(path) for path in places(message) - {STATUSES}}) > 1
    }
    unknown = {word: paths for word, paths in shared.items() if word not in ONE_SENSE}
    assert unknown == {}, "use pgettext with a context, or add the word to ONE_SENSE if it has one sense everywhere"


# --- Arabic ---------------------------------------------------------------------------------------

NUMBER = r"%\((?:count|number|days|minutes|length|pages|quota|chosen|counter|done)\)[sd]"
INDEFINITE = re.compile(rf"(?:{NUMBER} |^(?!.*{NUMBER}))(?!ال)(?P<noun>[\u0621-\u064a]+)")


def faults_of_number(many: str, hundred: str) -> Iterator[str]:
    """Yield what is wrong in the forms for 11 to 99 and for 100: the noun is accusative in the first one only."""
    counted = INDEFINITE.search(many)
    if counted and not re.search("[اةىء]$", counted["noun"]):
        yield f"{counted['noun']} is not accusative: {many}"
    for one, other in zip(many.split(), hundred.split(), strict=False):
        if one != other and one.rstrip(".،؛:") != other.rstrip(".،؛:") + "ا":
            yield f"{one} and {other} are not accusative and genitive: {many}"


def test_arabic_numbers_have_the_noun_in_the_right_case():
    catalogue = read_catalogue("ar", settings.BASE_DIR / "locale")
    plural = compile_plural(catalogue.plural_expr)
    found = [
        f"{message.id[1]}: {fault}"
        for message in messages("ar")
        if message.pluralizable and message.string[plural(11)] != message.string[plural(103)]
        for fault in faults_of_number(message.string[plural(11)], message.string[plural(100)])
    ]
    assert found == []


def compile_plural(expression: str):
    from gettext import c2py

    return c2py(expression)


@pytest.mark.parametrize(
    ("many", "hundred"),
    [
        ("%(count)s بلد", "%(count)s بلدا"),
        ("في %(count)s بلد", "في %(count)s بلد"),
        ("بلد فيه مدن أعضاء", "بلد فيه مدن أعضاء"),
        ("%(count)s مدينة عضو", "%(count)s مدينة عضوا"),
    ],
)
def test_the_rule_for_arabic_numbers_sees_a_fault(many, hundred):
    assert list(faults_of_number(many, hundred))
