"""Who the mails come from: the name of the network and the address of its secretariat.

They are settings of an app above this one, which registers how they are read.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Sender:
    """How the two are read. name: takes a language; contact: an e-mail address. Both return an empty text for none."""

    name: Callable[[str], str] = lambda language: ""
    contact: Callable[[], str] = lambda: ""


_registered = [Sender()]


def register_sender(sender: Sender) -> None:
    """Let an upper app say who the mails come from."""
    _registered[:] = [sender]


def sender() -> Sender:
    return _registered[0]
