"""Which indexes there are, and which of them is live.

Readers ask the alias ``PREFIX.live``. A rebuild fills a new index ``PREFIX.TIME-RANDOM`` under the
alias ``PREFIX.next`` and moves ``PREFIX.live`` to it in one step. No prefix contains a dot, so two
portals on one cluster never touch each other's indexes.
"""

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError, TransportError

from search_engines.base import EngineUnavailable, RebuildRunning
from search_engines.elasticsearch import definition
from search_engines.elasticsearch.client import CONTROL_TIMEOUT, one_line, patiently

_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
HEARTBEAT = "heartbeat"
_NAMED_AFTER = "%Y%m%dt%H%M%S"
_CONDEMNED = "condemned"
SHARD_TIMEOUT = "30s"
"""Time that some node has to take a new index."""


@dataclass(frozen=True)
class Index:
    """One of this portal's indexes."""

    name: str
    aliases: frozenset[str]
    meta: dict
    """What the mapping keeps for us: the signature, and why the index was condemned."""

    @property
    def is_current(self) -> bool:
        """Whether this version of the portal made it."""
        return self.meta.get("signature") == definition.signature()

    @property
    def condemned(self) -> str:
        """Why it must be rebuilt, if `Indices.condemn` was called."""
        return self.meta.get(_CONDEMNED, "")


class Indices:
    """The indexes of one prefix. Raises ``ValueError`` for a prefix that is empty or could meet another's.

    Methods raise what the client raises. Those that a rebuild calls wait `CONTROL_TIMEOUT` seconds for an
    answer and repeat a request that the cluster could not serve; the others wait as long as ``client`` does.
    """

    def __init__(self, client: Elasticsearch, prefix: str, takeover_after: float):
        if not _PREFIX.fullmatch(prefix):
            raise ValueError(
                "the prefix of an index must be lower-case letters, digits, - and _, beginning with a letter or digit, "
                f"not {prefix!r}"
            )
        self._client = client
        # The client would repeat at once; `patiently` repeats after a pause.
        self._control = client.options(request_timeout=CONTROL_TIMEOUT, max_retries=0)
        self._prefix = prefix
        self._name = re.compile(re.escape(prefix) + r"\.\d{8}t\d{6}-[0-9a-f]{8}")
        self._takeover_after = timedelta(seconds=takeover_after)
        self.live = f"{prefix}.live"
        self.next = f"{prefix}.next"

    def all(self, *, patient: bool = False) -> list[Index]:
        """Return every index of this prefix, with its aliases. patient: wait as long as a rebuild does."""
        found = (self._control if patient else self._client).indices.get(
            index=f"{self._prefix}.*",
            expand_wildcards="all",
            filter_path="*.aliases,*.mappings._meta",
        )
        return [
            Index(name, frozenset(about.get("aliases", {})), about.get("mappings", {}).get("_meta", {}))
            for name, about in sorted(found.items())
            if self._name.fullmatch(name)
        ]

    def targets(self) -> list[str]:
        """Return the aliases that a write goes to, the index of a running rebuild first.

        In that order, because the rebuild may end between the two: what the new index has taken is not
        lost. Raises ``EngineUnavailable`` when the live index is missing or of another version.
        """
        indexes = self.all()
        live = [index for index in indexes if self.live in index.aliases]
        if not live:
            raise EngineUnavailable("the index is not built yet")
        if not live[0].is_current:
            raise EngineUnavailable("the index was made by another version")
        return [self.next, self.live] if any(self.next in index.aliases for index in indexes) else [self.live]

    def rebuild_reason(self, *, patient: bool = False) -> str:
        """Return why the live index must be rebuilt; "" when it need not. patient: as for `all`."""
        live = [index for index in self.all(patient=patient) if self.live in index.aliases]
        if not live:
            return "the index is not built yet"
        if not live[0].is_current:
            return "the index was made by another version"
        return live[0].condemned

    def condemn(self, reason: str) -> None:
        """Make `rebuild_reason` return ``reason`` for the live index."""
        for index in self.all():
            if self.live in index.aliases:
                self._client.indices.put_mapping(index=index.name, meta=index.meta | {_CONDEMNED: one_line(reason)})

    def begin(self) -> str:
        """Create an empty index for a rebuild, remove what earlier rebuilds left, and return its name.

        Raises ``RebuildRunning``, and ``EngineUnavailable`` when no node takes the index.
        """
        for index in self._all_patiently():
            if self.live not in index.aliases:
                if self.next in index.aliases and self._is_alive(index.name):
                    raise RebuildRunning("another rebuild is running")
                self.remove(index.name)
        name = f"{self._prefix}.{datetime.now(UTC):{_NAMED_AFTER}}-{secrets.token_hex(4)}"
        try:
            self._create(name)
            # In one step: a rebuild that was killed a moment ago may still have given the alias to its index.
            self._update_aliases(
                {"remove": {"index": f"{self._prefix}.*", "alias": self.next, "must_exist": False}},
                {"add": {"index": name, "alias": self.next, "is_write_index": True}},
            )
            self.beat(name)
        except BaseException:
            with suppress(ApiError, TransportError):
                self._control.indices.delete(index=name, ignore_unavailable=True)
            raise
        return name

    def _create(self, name: str) -> None:
        settings = definition.SETTINGS | {"refresh_interval": "-1"}
        try:
            answer = patiently(
                lambda: self._control.indices.create(
                    index=name, settings=settings, mappings=definition.mappings(), timeout=SHARD_TIMEOUT
                )
            )
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":  # made by an attempt whose answer was lost
                raise
            return
        if not answer["shards_acknowledged"]:
            raise EngineUnavailable(one_line(f"no node of the cluster takes the new index: {self._refusal(name)}"))

    def _refusal(self, name: str) -> str:
        """Return why no node takes the index, in Elasticsearch's words: no space on the disk, for example."""
        with suppress(ApiError, TransportError):
            answer = self._control.cluster.allocation_explain(index=name, shard=0, primary=True)
            for node in answer.get("node_allocation_decisions", ()):
                for decider in node.get("deciders", ()):
                    if decider["decision"] == "NO":
                        return decider["explanation"]
        return "Elasticsearch gives no reason"

    def beat(self, name: str) -> None:
        """Show that the rebuild that fills the index is alive. Raises ``RebuildRunning`` when another took over."""
        if set(patiently(lambda: self._control.indices.get_alias(name=self.next))) != {name}:
            raise RebuildRunning("another rebuild has taken over")
        beat = {"beat": datetime.now(UTC).isoformat()}
        patiently(lambda: self._control.index(index=name, id=HEARTBEAT, document=beat))

    def finish(self, name: str) -> None:
        """Make the new index the live one in one step; then remove the old one.

        In two requests, because a node closes what is removed before it follows the alias elsewhere.
        """
        with suppress(NotFoundError):  # deleted by an attempt whose answer was lost
            patiently(lambda: self._control.delete(index=name, id=HEARTBEAT))
        interval = {"refresh_interval": definition.SETTINGS["refresh_interval"]}
        patiently(lambda: self._control.indices.put_settings(index=name, settings=interval))
        others = [index for index in self._all_patiently() if index.name != name]
        old = [index.name for index in others if self.live in index.aliases or not self._is_alive(index.name)]
        self._update_aliases(
            {"remove": {"index": name, "alias": self.next, "must_exist": False}},
            {"remove": {"index": f"{self._prefix}.*", "alias": self.live, "must_exist": False}},
            {"add": {"index": name, "alias": self.live, "is_write_index": True}},
        )
        for index in old:
            self.remove(index)

    def remove(self, name: str) -> None:
        """Delete an index of this prefix, if it is there."""
        patiently(lambda: self._control.indices.delete(index=name, ignore_unavailable=True))

    def _all_patiently(self) -> list[Index]:
        return patiently(lambda: self.all(patient=True))

    def _update_aliases(self, *actions: dict) -> None:
        patiently(lambda: self._control.indices.update_aliases(actions=actions))

    def _is_alive(self, name: str) -> bool:
        """Return whether the rebuild that fills the index began or showed that it is alive not long ago."""
        begun = name.removeprefix(f"{self._prefix}.").partition("-")[0]
        last = datetime.strptime(begun, _NAMED_AFTER).replace(tzinfo=UTC)
        with suppress(ApiError):  # not there, or not ready yet
            last = datetime.fromisoformat(self._control.get(index=name, id=HEARTBEAT)["_source"]["beat"])
        # A sign of life in the future is from before the clock was set back.
        return abs(datetime.now(UTC) - last) < self._takeover_after
