"""The words of a language version, by the strings of the original that they translate.

They are read from the version itself, because its translated strings may have been edited since it was published.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from bs4 import BeautifulSoup
from wagtail_localize.models import StringTranslation
from wagtail_localize.segments.types import StringSegmentValue

from core.translations.paths import is_link
from core.translations.source_state import Link, SourceChange, SourceString, as_link

# Content path and string of the original.
Place = tuple[str, str]


def stored_translations(version) -> dict[Place, str]:
    """Return the valid string translations of a version's language, by content path and string of the original."""
    found = StringTranslation.objects.filter(
        context__object_id=version.translation_key, locale=version.locale_id, has_error=False
    )
    rows = found.values_list("context__path", "translation_of__data", "data")
    return {(path, text): data for path, text, data in rows if data.strip()}


def by_path(segments: Iterable) -> dict[str, list]:
    """Return segments by their content path. Links are left out: the strings that contain them have them, too."""
    found = defaultdict(list)
    for segment in segments:
        if not is_link(segment.path):
            found[segment.path].append(segment)
    return dict(found)


class VersionWords:
    """Finds what stands in a version for a string of the original.

    own: the segments of the version by content path. stored: its string translations. overrides: the values that its
    language overrides, by content path.
    """

    def __init__(
        self,
        own: Mapping[str, list],
        change: SourceChange,
        stored: Mapping[Place, str],
        overrides: Mapping[str, object],
        *,
        is_outdated: bool,
    ):
        self._change = change
        self._stored = stored
        self._own = {path: [s for s in found if isinstance(s, StringSegmentValue)] for path, found in own.items()}
        self._texts = {path: {plain(s.string.data) for s in found} for path, found in self._own.items()}
        self._moved_texts = {text for path in change.gone for text in self._texts.get(path, ())}
        self._replaced_links = {as_link({"href": str(value)}) for path, value in overrides.items() if is_link(path)}
        # A version that is out of date has words whose strings the original does not have any more.
        self._pairs = {} if is_outdated else self._paired()
        self._moved = {text: data for (path, text), data in self._pairs.items() if path in change.gone}

    def translation(self, path: str, text: str) -> str | None:
        """Return the version's words for a string of the original at a content path; None if it has none."""
        if (path, text) in self._pairs:
            return self._pairs[path, text]
        stored = self._stored.get((path, text))
        if stored is not None:
            words = plain(stored)
            is_new_path = path not in self._change.before.strings
            if words in self._texts.get(path, ()) or (is_new_path and words in self._moved_texts):
                return stored
        return self._moved.get(text) if path not in self._change.before.strings else None

    def _paired(self) -> dict[Place, str]:
        """Pair the strings of the original with those of the version, in their order at each path."""
        pairs = {}
        for path, strings in self._change.before.strings.items():
            own = self._own.get(path, [])
            if len(own) != len(strings):
                continue
            for string, segment in zip(strings, own, strict=True):
                stored = self._stored.get((path, string.text))
                if stored is not None and plain(stored) == plain(segment.string.data):
                    pairs[path, string.text] = stored
                elif (words := self._with_ids_of(string, segment)) is not None:
                    pairs[path, string.text] = words
        return pairs

    def _with_ids_of(self, string: SourceString, segment: StringSegmentValue) -> str | None:
        """Return the version's string with the ids that the links have in the original's string.

        None if a link of the version is not one of the original's.
        """
        if not segment.attrs:
            return segment.string.data
        free = [(name, as_link(attributes)) for name, attributes in string.attributes.items()]
        soup = BeautifulSoup(segment.string.data, "html.parser")
        for element in soup.find_all(id=True):
            link = as_link(segment.attrs.get(element["id"], {}))
            match = next((item for item in free if item[1] == link), None)
            if match is None and link in self._replaced_links and len(free) == 1:
                match = free[0]
            if match is None:
                return None
            free.remove(match)
            element["id"] = match[0]
        return str(soup)


def plain(html: str) -> str:
    """Return the text of a string without tags and blanks, to compare two strings."""
    return "".join(BeautifulSoup(html, "html.parser").get_text().split())


def replaced_link(attributes: Mapping[str, str], changes: Mapping[Link, Link]) -> dict[str, str]:
    """Return the attributes of a link after the changes of links (old → new)."""
    return dict(changes.get(as_link(attributes), tuple(attributes.items())))
