"""One step of a run, in its own process, so that its memory can be measured.

`python -m scripts.bench.step MODULE.FUNCTION [NUMBER…]` calls a function of this package and prints its answer as JSON.
"""

import json
import sys
from importlib import import_module

import django

if __name__ == "__main__":
    django.setup()
    name, *arguments = sys.argv[1:]
    module, function = name.split(".")
    step = getattr(import_module(f"scripts.bench.{module}"), function)
    json.dump(step(*map(int, arguments)), sys.stdout)
