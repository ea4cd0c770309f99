"""Migrations that test_migration_lint.py refuses, and why they may run while readers read on all the same.

A new entry is `"app.name": "reason"`, for example that a table has few rows, or that the version before does not use a
column any more.
"""

# Before the first release no version ran beside another.
BEFORE_THE_FIRST_RELEASE = (
    "accounts.0003_credit_name",
    "accounts.0006_where_links_lead",
    "accounts.0008_address_changes",
    "calls.0002_national_commissions",
    "calls.0003_places_of_times",
    "calls.0005_remove_time_zone_label",
    "cities.0005_remove_round_code",
    "cities.0006_other_names",
    "cities.0009_roles_of_people",
    "clusters.0003_other_names",
    "core.0003_withheld_files",
    "events.0004_places_of_times",
    "events.0006_remove_time_zone_label",
    "editorial.0002_imports",
    "home.0003_join_page",
    "home.0004_is_demonstration",
    "links.0002_part_of_a_link",
    "moderation.0002_confirmation_informant",
    "practices.0003_provenance",
    "search.0002_outbox_parking",
)

SAFE = dict.fromkeys(BEFORE_THE_FIRST_RELEASE, "before the first release")
