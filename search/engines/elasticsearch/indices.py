"""Which indexes there are, and which of them answers.

Readers ask the alias ``PREFIX.live``. A rebuild fills a new index ``PREFIX.TIME-RANDOM`` under the
alias ``PREFIX.next`` and changes over in one step. A dot is in no prefix, so that two portals on one
cluster can never meet.
"""

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from elasticsearch import ApiError, Elasticsearch

from search.engines.base import EngineUnavailable, RebuildRunning
from search.engines.elasticsearch import definition

_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
HEARTBEAT = "heartbeat"
_NAMED_AFTER = "%Y%m%dt%H%M%S"


@dataclass(frozen=True)
class Index:
    """One of this portal's indexes."""

    name: str
    aliases: frozenset[str]
    signature: str

    @property
    def is_current(self) -> bool:
        """Whether it was made by this version's rules."""
        return self.signature == definition.signature()


class Indices:
    """The indexes of one prefix. Raises ``ValueError`` for a prefix that is empty or could meet another's."""

    def __init__(self, client: Elasticsearch, prefix: str, takeover_after: float):
        if not _PREFIX.fullmatch(prefix):
            raise ValueError(
                "the prefix of an index must be lower-case letters, digits, - and _, beginning with a letter or digit, "
                f"not {prefix!r}"
            )
        self._client = client
        self._prefix = prefix
        self._name = re.compile(re.escape(prefix) + r"\.\d{8}t\d{6}-[0-9a-f]{8}")
        self._takeover_after = timedelta(seconds=takeover_after)
        self.live = f"{prefix}.live"
        self.next = f"{prefix}.next"

    def all(self) -> list[Index]:
        """Every index of this prefix, with its aliases."""
        found = self._client.indices.get(
            index=f"{self._prefix}.*",
            expand_wildcards="all",
            filter_path="*.aliases,*.mappings._meta",
        )
        return [
            Index(name, frozenset(about.get("aliases", {})), _signature(about))
            for name, about in sorted(found.items())
            if self._name.fullmatch(name)
        ]

    def targets(self) -> list[str]:
        """The aliases that a write goes to, the index of a running rebuild first.

        That order, because the change-over may come in between: what the new index has taken is not
        lost. Raises ``EngineUnavailable`` when the index that answers is missing or of another version.
        """
        indexes = self.all()
        live = [index for index in indexes if self.live in index.aliases]
        if not live:
            raise EngineUnavailable("the index is not built yet")
        if not live[0].is_current:
            raise EngineUnavailable("the index was made by another version")
        return [self.next, self.live] if any(self.next in index.aliases for index in indexes) else [self.live]

    def is_usable(self) -> bool:
        """Whether an index answers that this version has made."""
        return any(self.live in index.aliases and index.is_current for index in self.all())

    def begin(self) -> str:
        """A new, empty index for a rebuild; what earlier ones left behind is removed."""
        for index in self.all():
            if self.live not in index.aliases:
                if self.next in index.aliases and self._is_alive(index.name):
                    raise RebuildRunning("another rebuild is running")
                self.remove(index.name)
        name = f"{self._prefix}.{datetime.now(UTC):{_NAMED_AFTER}}-{secrets.token_hex(4)}"
        self._client.indices.create(
            index=name, settings=definition.SETTINGS | {"refresh_interval": "-1"}, mappings=definition.mappings()
        )
        # In one step, whatever a rebuild that was killed just now has still brought about.
        self._client.indices.update_aliases(
            actions=[
                {"remove": {"index": f"{self._prefix}.*", "alias": self.next, "must_exist": False}},
                {"add": {"index": name, "alias": self.next, "is_write_index": True}},
            ]
        )
        self.beat(name)
        return name

    def beat(self, name: str) -> None:
        """A sign of life of the rebuild that fills the index. Raises ``RebuildRunning`` when another took over."""
        if set(self._client.indices.get_alias(name=self.next)) != {name}:
            raise RebuildRunning("another rebuild has taken over")
        beat = {"beat": datetime.now(UTC).isoformat()}
        self._client.index(index=name, id=HEARTBEAT, document=beat)

    def finish(self, name: str) -> None:
        """Let the new index answer instead of the old one, in one step; then remove the old one.

        In two requests, because a node closes what is removed before it follows the alias elsewhere.
        """
        self._client.delete(index=name, id=HEARTBEAT)
        self._client.indices.put_settings(
            index=name, settings={"refresh_interval": definition.SETTINGS["refresh_interval"]}
        )
        others = [index for index in self.all() if index.name != name]
        old = [index.name for index in others if self.live in index.aliases or not self._is_alive(index.name)]
        self._client.indices.update_aliases(
            actions=[
                {"remove": {"index": name, "alias": self.next}},
                {"remove": {"index": f"{self._prefix}.*", "alias": self.live, "must_exist": False}},
                {"add": {"index": name, "alias": self.live, "is_write_index": True}},
            ]
        )
        for index in old:
            self.remove(index)

    def remove(self, name: str) -> None:
        """Delete an index of this prefix, if it is there."""
        self._client.indices.delete(index=name, ignore_unavailable=True)

    def _is_alive(self, name: str) -> bool:
        """Whether the rebuild that fills the index has lately given a sign of life, its beginning included."""
        begun = name.removeprefix(f"{self._prefix}.").partition("-")[0]
        last = datetime.strptime(begun, _NAMED_AFTER).replace(tzinfo=UTC)
        with suppress(ApiError):  # not there, or not ready yet
            last = datetime.fromisoformat(self._client.get(index=name, id=HEARTBEAT)["_source"]["beat"])
        return datetime.now(UTC) - last < self._takeover_after


def _signature(about: dict) -> str:
    return about.get("mappings", {}).get("_meta", {}).get("signature", "")
