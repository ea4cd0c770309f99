"""One step of a run, in its own process, so that its memory can be measured.

`python -m scripts.bench.step prepare|fill|engine|wagtail|profile [ARGUMENT…]` prints the answer as JSON.
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
