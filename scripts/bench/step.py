"""One step of a run, in a process of its own, whose memory is then nobody else's.

`python -m scripts.bench.step prepare|fill|engine|wagtail|profile [ARGUMENT…]` prints its answer as JSON.
"""

import json
import sys
from collections.abc import Callable

import django

django.setup()

from scripts.bench import measure, network  # noqa: E402, settings first

STEPS: dict[str, Callable] = {
    "prepare": network.prepare,
    "fill": network.fill,
    "engine": measure.engine,
    "wagtail": measure.wagtail,
    "profile": measure.profile,
}

if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    json.dump(STEPS[name](*map(int, arguments)), sys.stdout)
