"""The numbers of the pages as plain text, and the targets that they should meet (docs/caching.md)."""

from collections.abc import Mapping

MOST_QUERIES = 15
MOST_HOME_MS = 45.0
MOST_PAGE_MS = 30.0
MOST_GROWTH = 1.5
LABEL, CELL = 20, 34
# The size at which the times have to meet their targets, if it is measured.
TARGET_SIZE = 10_000

Numbers = Mapping[str, Mapping[str, float]]


def of_sizes(found: Mapping[int, Numbers], wagtail: Mapping[str, float]) -> str:
    """Return the table of all sizes and one line for each target that is missed. wagtail: the numbers of a bare one."""
    sizes = sorted(found)
    lines = [
        "",
        f"Pages: processor time of one that is made in ms, times that of a bare Wagtail ({wagtail['made']:.1f} ms) · "
        "SQL queries · time after a change · of one that is kept",
        "".ljust(LABEL) + "".join(f"{size:,} practices".rjust(CELL) for size in sizes) + "growth".rjust(8),
    ]
    for kind in found[sizes[0]]:
        cells = "".join(_cost(found[size][kind], wagtail).rjust(CELL) for size in sizes)
        lines.append(kind.ljust(LABEL) + cells + f"{_growth(found, kind):.2f}".rjust(8))
    if "cold" in wagtail:
        lines += ["", f"Requests a second, made / kept; a bare Wagtail answers {wagtail['cold']:,.0f}"]
        for kind in found[sizes[0]]:
            rates = (found[size][kind] for size in sizes)
            cells = "".join(f"{rate['cold']:,.0f} / {rate['warm']:,.0f}".rjust(CELL) for rate in rates)
            lines.append(kind.ljust(LABEL) + cells)
    return "\n".join([*lines, *targets(found)])


def targets(found: Mapping[int, Numbers]) -> list[str]:
    """Return one line for each target, with the kinds of pages that miss it."""
    size = _target_size(found)
    most = {kind: MOST_HOME_MS if kind == "home" else MOST_PAGE_MS for kind in found[size]}
    slow = [kind for kind, cost in found[size].items() if cost["made"] > most[kind]]
    growing = [kind for kind in found[size] if _growth(found, kind) > MOST_GROWTH]
    return [
        "",
        _line(f"made at {size:,} in {MOST_PAGE_MS:g} ms, home in {MOST_HOME_MS:g}", slow),
        _line(f"growth from {size:,} to {max(found):,} at most {MOST_GROWTH}", growing),
        _line(f"SQL queries at most {MOST_QUERIES}", _with_many_queries(found)),
    ]


def too_many_queries(found: Mapping[int, Numbers]) -> bool:
    """Whether a page took too many queries."""
    return bool(_with_many_queries(found))


def _with_many_queries(found: Mapping[int, Numbers]) -> list[str]:
    return [kind for size in found.values() for kind, cost in size.items() if cost["SQL"] > MOST_QUERIES]


def _target_size(found: Mapping[int, Numbers]) -> int:
    return TARGET_SIZE if TARGET_SIZE in found else min(found)


def _growth(found: Mapping[int, Numbers], kind: str) -> float:
    return found[max(found)][kind]["made"] / found[_target_size(found)][kind]["made"]


def _cost(cost: Mapping[str, float], wagtail: Mapping[str, float]) -> str:
    times = f"{cost['made'] / wagtail['made']:.1f} ×"
    return f"{cost['made']:.1f} {times:>6} · {cost['SQL']:2} · {cost['recounted']:.1f} · {cost['kept']:.2f}"


def _line(what: str, missed: list[str]) -> str:
    return f"{'MISSED' if missed else 'ok':<8}{what}{': ' + ', '.join(missed) if missed else ''}"
