"""One step of a run, in its own process, so that its memory can be measured.

`python -m scripts.bench.step MODULE.FUNCTION [NUMBER…]` calls a function of this package and prints its answer as JSON.
"""

import json
import sys

import django
from django.utils.module_loading import import_string

if __name__ == "__main__":
    django.setup()
    name, *arguments = sys.argv[1:]
    json.dump(import_string(f"scripts.bench.{name}")(*map(int, arguments)), sys.stdout)
