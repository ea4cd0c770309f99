"""What replaces the database and the files while no process of the portal uses them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from operations.refused import Refused
from portal.locks import Held, only_process, only_worker


@contextmanager
def stopped_portal() -> Iterator[None]:
    """Keep every other process of the portal from starting. Raises Refused when one runs."""
    try:
        # The worker may be on a machine with a DATA_DIR of its own.
        with only_process(settings.DATA_DIR), only_worker():
            yield
    except Held as error:
        raise Refused(
            "The portal is running: stop the worker and the web server first, and wait until its commands have ended."
        ) from error
