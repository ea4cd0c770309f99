"""An address of every page of the desk, without its language, and who opens it.

The addresses hold names in braces, which `places` reads from the database of a served demonstration.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

OWNER, NOBODY = "city-owner@example.org", ""
# Her city has a practice of the secretariat.
OTHER_OWNER = "other-city@example.org"
CITY = "desk/cities/ex-vale-do-sol/"
DRAFT, RETURNED, REVISED = (
    f"{CITY}practices/{{draft}}/",
    f"{CITY}practices/{{returned}}/",
    f"{CITY}practices/{{revised}}/",
)

# Template → who opens it, and where it is seen. "POST": by sending a form to that address.
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "desk/home.html": (OWNER, ("desk/",)),
    "desk/city.html": (OWNER, (CITY,)),
    "desk/city/facts.html": (OWNER, (f"{CITY}facts/",)),
    "desk/city/profile.html": (OWNER, (f"{CITY}profile/pt/", f"{CITY}profile/en/")),
    "desk/confirming/confirm.html": (OWNER, (f"{CITY}published/{{unconfirmed}}/confirm/",)),
    "desk/confirming/take_over.html": (OTHER_OWNER, ("desk/cities/ex-kirkhaven/published/{from_sources}/take-over/",)),
    "desk/people/list.html": (OWNER, (f"{CITY}people/",)),
    "desk/people/invite.html": (OWNER, (f"{CITY}people/invite/",)),
    "desk/people/person.html": (OWNER, (f"{CITY}people/{{colleague}}/",)),
    "desk/people/remove.html": (OWNER, (f"{CITY}people/{{colleague}}/remove/",)),
    "desk/people/leave.html": (OWNER, (f"{CITY}people/leave/",)),
    "desk/people/hand_over.html": (OWNER, (f"{CITY}people/hand-over/",)),
    "desk/account/account.html": (OWNER, ("desk/account/",)),
    "desk/account/address.html": (OWNER, ("desk/account/address/",)),
    "desk/account/password.html": (OWNER, ("desk/account/password/",)),
    "desk/sign_in/link.html": (NOBODY, ("desk/sign-in/",)),
    "desk/sign_in/sent.html": (NOBODY, ("desk/sign-in/sent/",)),
    "desk/sign_in/password.html": (NOBODY, ("desk/sign-in/password/",)),
    "desk/sign_in/dead.html": (NOBODY, ("desk/sign-in/link/unknown/",)),
    "desk/sign_in/use.html": (NOBODY, ("{link}",)),
    "desk/sign_in/confirm_address.html": (NOBODY, ("{address_link}",)),
    "desk/sign_in/out.html": (OWNER, ("POST desk/sign-out/",)),
    "desk/writing/new.html": (OWNER, (f"{CITY}practices/new/",)),
    "desk/writing/task_list.html": (OWNER, (DRAFT, RETURNED)),
    "desk/writing/section.html": (
        OWNER,
        (f"{DRAFT}when-and-where/?check", f"{REVISED}what-was-done/", f"{RETURNED}results/", "{with_file}"),
    ),
    "desk/writing/check.html": (OWNER, (f"{DRAFT}check/", f"{REVISED}check/")),
    "desk/writing/discard.html": (OWNER, (f"{DRAFT}discard/",)),
    "desk/writing/take_down.html": (OWNER, (f"{CITY}published/{{unconfirmed}}/take-down/",)),
    "desk/writing/signed_out.html": (NOBODY, (f"POST {DRAFT}start/",)),
    "desk/send_again.html": (NOBODY, (f"POST {CITY}facts/",)),
}


def places(database: Path) -> dict[str, str]:
    """What the names in the addresses stand for."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:

        def value(query: str, *parameters: str) -> str:
            return str(connection.execute(query, parameters).fetchone()[0])

        def code(slug: str) -> str:
            key = value("SELECT translation_key FROM wagtailcore_page WHERE slug = ?", slug)
            return key.replace("-", "")[:10]

        revised = value(
            "SELECT copy.key FROM desk_workingcopy AS copy "
            "JOIN wagtailcore_page AS page ON page.id = page_id WHERE slug = ?",
            "street-traders-keep-accounts-by-radio",
        )
        colleague = value(
            "SELECT role.id FROM cities_cityperson AS role JOIN accounts_user AS person ON person.id = user_id "
            "WHERE email = ?",
            "city-editor@example.org",
        )
        codes = {
            "unconfirmed": code("evening-school-in-the-bus-depot"),
            "from_sources": code("tide-tables-in-the-harbour-hall"),
        }
    return {
        "draft": str(uuid5(NAMESPACE_URL, "1-bicycle-lessons")),
        "returned": str(uuid5(NAMESPACE_URL, "3-young-people-translate-notices")),
        "revised": str(UUID(revised)),
        **codes,
        "colleague": colleague,
    }
