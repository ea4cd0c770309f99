"""Loads language-independent rows: cities, clusters, calls."""

from decimal import Decimal

from calls.models import Call, DateChange, NationalCommission
from cities.models import Award, City, CityName, ClusterCoordination, MembershipEvent, MembershipRound
from cities.vocabularies import MembershipStatus
from clusters.models import Cluster, ClusterName
from core.i18n.countries import regions
from core.i18n.languages import LANGUAGE_CODES
from core.translations.terms import Term, TermWord
from home.demonstration.files import (
    parse_day,
    parse_deadline,
    parse_instant,
    read_folder,
    read_rows,
)

# Sign, colour on a light and on a dark background, in the order of the clusters.
CLUSTER_LOOKS = {
    "esd": ("leaf", "#35621A", "#9CCB77"),
    "equity-inclusion": ("rings", "#7A2F74", "#E0A9DA"),
    "planning-monitoring": ("bars", "#28569C", "#9DBFF2"),
    "global-citizenship": ("target", "#085F6D", "#7CCFDC"),
    "entrepreneurship": ("spark", "#854800", "#F0B36A"),
    "health-wellbeing": ("heart", "#A3283F", "#F7A9B6"),
    "literacy": ("book", "#4B46A3", "#BCB7F6"),
}


def load_cities() -> int:
    """Create the missing cities with names, history and awards; return how many."""
    names = {row["code"]: row for row in read_rows("city_names.csv")}
    awards: dict[str, list[int]] = {}
    for row in read_rows("awards.csv"):
        awards.setdefault(row["city"], []).append(int(row["year"]))
    sources = {row["id"]: row["description"] for row in read_rows("admission_sources.csv")}
    rounds = load_rounds()
    existing_codes = set(City.objects.values_list("code", flat=True))
    made = 0
    for row in read_rows("cities.csv"):
        if row["code"] not in existing_codes:
            city = _create_city(row, names.get(row["code"], {}), awards.get(row["code"], []))
            if city.is_member:
                admission = rounds.get(row["admission_round"])
                source = sources.get(row["admission_source"], "")
                MembershipEvent.objects.create(
                    city=city, status=MembershipStatus.ADMITTED, round=admission, source=source
                )
            made += 1
    return made


def load_rounds() -> dict[str, MembershipRound]:
    """Create the missing membership rounds; return all of them by code."""
    existing = {row.code: row for row in MembershipRound.objects.all()}
    for facts in read_rows("admission_rounds.csv"):
        if facts["code"] not in existing:
            row = MembershipRound(**facts | {"announced_on": facts["announced_on"] or None})
            row.full_clean()
            row.save()
            existing[row.code] = row
    return existing


def _create_city(row: dict[str, str], names: dict[str, str], awards: list[int]) -> City:
    member = row["is_member"] == "true"
    city = City(
        code=row["code"],
        own_name=names.get("own") or row["name_en"],
        country=row["country"],
        region=row["region"] or regions().get(row["country"], ""),
        latitude=Decimal(row["latitude"]) if row["latitude"] else None,
        longitude=Decimal(row["longitude"]) if row["longitude"] else None,
        population=int(row["population"]) if row["population"] else None,
        population_year=int(row["population_year"]) if row["population_year"] else None,
        population_source=row["population_source"],
        website=row["website"],
        is_example=row["is_example"] == "true",
        status=MembershipStatus.ADMITTED if member else MembershipStatus.NOT_A_MEMBER,
    )
    city.names = [
        CityName(language=language, name=name)
        for language in LANGUAGE_CODES
        if (name := row["name_en"] if language == "en" else names.get(language))
    ]
    city.awards = [Award(year=year) for year in awards]
    city.full_clean()
    city.save()
    return city


def load_clusters() -> int:
    """Create the missing clusters with names and coordinators; return how many."""
    made = 0
    files = dict(read_folder("clusters"))
    for order, (code, (sign, colour, colour_on_dark)) in enumerate(CLUSTER_LOOKS.items()):
        if Cluster.objects.filter(code=code).exists():
            continue
        facts = files[code]
        cluster = Cluster(
            code=code,
            valid_from=facts.get("valid_from"),
            valid_to=facts.get("valid_to"),
            order=order,
            sign=sign,
            colour=colour,
            colour_on_dark=colour_on_dark,
        )
        others = facts.get("other_names", {})
        cluster.names = [
            ClusterName(language=language, name=name, other_names=others.get(language, ""))
            for language, name in facts["names"].items()
        ]
        cluster.full_clean()
        cluster.save()
        for term in facts.get("coordinators", []):
            ClusterCoordination.objects.create(
                city=City.objects.get(code=term["city"]),
                cluster=cluster,
                first_year=term.get("from"),
                last_year=term.get("to"),
            )
        made += 1
    return made


def load_commissions() -> int:
    """Create the missing National Commissions; return how many."""
    known = set(NationalCommission.objects.values_list("country", flat=True))
    rows = [row for row in read_rows("commissions.csv") if row["country"] not in known]
    for row in rows:
        commission = NationalCommission(**row)
        commission.full_clean()
        commission.save()
    return len(rows)


def load_calls(user) -> int:
    """Create the missing calls with the history of their dates; return how many."""
    made = 0
    for code, facts in read_folder("calls"):
        if not Call.objects.filter(code=code).exists():
            _create_call(code, facts, user)
            made += 1
    return made


def _create_call(code: str, facts: dict, user) -> None:
    zone = facts["time_zone"]
    source = (facts.get("sources") or [{}])[0]
    published = parse_instant(facts["results_published"], zone) if facts.get("results_published") else None
    call = Call(
        code=code,
        kind=facts["kind"],
        time_zone=zone,
        precision=facts["precision"],
        opens_at=parse_instant(facts["opens_at"], zone) if facts.get("opens_at") else None,
        first_deadline=parse_deadline(facts.get("first_deadline"), zone),
        first_commission_deadline=parse_deadline(facts.get("first_commission_deadline"), zone),
        quota_per_country=facts.get("quota_per_country"),
        results_on=parse_day(facts["results_on"]) if facts.get("results_on") else None,
        results_precision=facts.get("results_precision", "month"),
        results_published_at=published,
        contact_email=facts.get("contact_email", ""),
        source=", ".join(filter(None, [source.get("title"), source.get("publisher")])),
        source_url=source.get("url", ""),
        is_example=facts.get("is_example", False),
    )
    call.clusters = Cluster.objects.filter(code__in=facts.get("clusters", []))
    call.full_clean()
    call.save()
    # These changes were announced in the past. The services accept no announcement in the past.
    DateChange.objects.bulk_create(
        DateChange(
            call=call,
            clock=change["clock"],
            old=parse_deadline(change.get("old"), zone),
            new=parse_deadline(change.get("new"), zone),
            reason=change["reason"],
            decided_by=change["by"],
            recorded_by=user,
            announce_at=parse_instant(change["announced"], zone),
            old_place=zone,
            place=zone,
            precision=call.precision,
            announcement_on_record=change.get("announced_on_record", True),
        )
        for change in facts.get("changes", [])
    )


def load_terms() -> int:
    """Create the term list, unless there is one; return how many terms were made."""
    if Term.objects.exists():
        return 0
    rows = read_rows("terms.csv")
    for row in rows:
        term = Term.objects.create(note=row["note"])
        TermWord.objects.bulk_create(
            TermWord(term=term, language=code, text=row[code], other_forms=row.get(f"{code}_forms") or "")
            for code in LANGUAGE_CODES
            if row.get(code)
        )
    return len(rows)
