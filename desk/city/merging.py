"""Two people change the same thing: what each of them changed is kept, and where both did, both texts are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class Merged:
    """The values to save, and the fields for which somebody has to choose."""

    values: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, str] = field(default_factory=dict)
    """Field → the text that somebody else has saved meanwhile."""
    changed: list[str] = field(default_factory=list)
    """Fields whose saved text changes."""


def merge(shown: Mapping[str, str], typed: Mapping[str, str], present: Mapping[str, str]) -> Merged:
    """Merge what a person typed into what is saved now, field by field.

    shown: what the form showed when the person began. A field that the form did not show counts as empty then.
    """
    merged = Merged()
    for name, text in typed.items():
        before, now = shown.get(name, ""), present.get(name, "")
        if text in {before, now}:
            merged.values[name] = now
        elif now == before:
            merged.values[name] = text
            merged.changed.append(name)
        else:
            merged.values[name] = now
            merged.conflicts[name] = now
    return merged


def same_line_ends(text: str) -> str:
    """The text with the line ends of Unix and without spaces around it: browsers send those of Windows."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
