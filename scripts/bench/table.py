"""The numbers as plain text, and the targets that they should meet (docs/search.md)."""

import os

MOST_QUERIES = 12
MOST_ENGINE_MS = 10.0
MOST_PAGE_MS = 60.0
MOST_ADDED_MS = 30.0
MOST_GROWTH = 3.0

COLUMNS = {"embedded": "embedded", "elasticsearch": "Elasticsearch", "wagtail": "Wagtail's own"}
# Label, name of the number, format.
ROWS = (
    ("engine: search", "search", "times"),
    ("engine: browsing, all facets", "browsing", "times"),
    ("engine: suggestions", "suggest", "times"),
    ("engine calls without an answer", "unanswered", "number"),
    ("the same search, raw request", "raw request", "times"),
    ("results page, 1 reader", "page", "times"),
    ("results page, 8 readers", "page, 8 readers", "times"),
    ("page of 20 hits, 1 reader", "full page", "times"),
    ("SQL queries of a page, at most", "SQL", "number"),
    ("documents", "documents", "number"),
    ("rebuild, documents a second", "build rate", "number"),
    ("  read from the database alone", "reading rate", "number"),
    ("  the engine alone", "engine rate", "number"),
    ("  the engine's share of the time", "engine share", "share"),
    ("index on disk", "index size", "bytes"),
    ("memory of a rebuild, at most", "build memory", "bytes"),
    ("memory of a serving process", "page memory", "bytes"),
)
LABEL, CELL = 34, 18


def of_size(size: int, found: dict[str, dict]) -> str:
    """Return the table of one size. Times are the median / 95th percentile in milliseconds."""
    columns = [name for name in COLUMNS if name in found]
    lines = [
        "",
        f"{size:,} practices; times in ms, median / 95th percentile; {os.cpu_count()} cores for server and readers",
        "".ljust(LABEL) + "".join(COLUMNS[name].rjust(CELL) for name in columns),
    ]
    for label, name, form in ROWS:
        cells = [_written(found[column].get(name), form).rjust(CELL) for column in columns]
        if any(cell.strip() for cell in cells):
            lines.append(label.ljust(LABEL) + "".join(cells))
    if reason := found.get("wagtail", {}).get("stopped"):
        lines.append(f"Wagtail's own search was stopped: {reason}.")
    if "elasticsearch" not in found:
        lines.append("No Elasticsearch here: set ELASTICSEARCH_URL, or install a JDK and Maven.")
    return "\n".join(lines)


def targets(found: dict[int, dict[str, dict]]) -> str:
    """Return one line for each target, with the number at the largest size."""
    smallest, largest = min(found), max(found)
    lines = ["", f"Targets, at {largest:,} practices"]
    for name, numbers in found[largest].items():
        if name == "wagtail":
            continue
        lines.append(_line(COLUMNS[name], "SQL queries of a page", numbers["SQL"], MOST_QUERIES))
        if name == "embedded":
            slowest = max(numbers[call][1] for call in ("search", "browsing", "suggest"))
            lines.append(_line(COLUMNS[name], "slowest engine call, p95 ms", slowest, MOST_ENGINE_MS))
            lines.append(_line(COLUMNS[name], "results page, p95 ms", numbers["page"][1], MOST_PAGE_MS))
        else:
            added = numbers["page"][0] - numbers["raw request"][0]
            lines.append(_line(COLUMNS[name], "page beside raw request, p50 ms", added, MOST_ADDED_MS))
        if smallest != largest:
            growth = numbers["full page"][0] / found[smallest][name]["full page"][0]
            lines.append(_line(COLUMNS[name], f"page of 20 hits, times that at {smallest:,}", growth, MOST_GROWTH))
    return "\n".join(lines)


def too_many_queries(found: dict[int, dict[str, dict]]) -> bool:
    """Whether a results page took too many queries."""
    return any(numbers.get("SQL", 0) > MOST_QUERIES for size in found.values() for numbers in size.values())


def _line(engine: str, what: str, measured: float, most: float) -> str:
    verdict = "ok" if measured <= most else "MISSED"
    return f"{verdict:<8}{engine:<15}{what:<40}{measured:>8.1f}   at most {most:g}"


def _written(number, form: str) -> str:
    if number is None:
        return ""
    if form == "times":
        return f"{number[0]:.1f} / {number[1]:.1f}"
    if form == "share":
        return f"{100 * number:.0f} %"
    if form == "bytes":
        return f"{number / 1_000_000:,.0f} MB"
    return f"{number:,.0f}"
