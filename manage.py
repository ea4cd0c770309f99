#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys

from django.core.management import execute_from_command_line

from portal.entry_points import one_sentence, use_settings

if __name__ == "__main__":
    with one_sentence():
        # `make dev` passes a default of its own, which `.env` beats.
        use_settings(os.environ.get("DEFAULT_SETTINGS_MODULE", "portal.settings.demo"))
        execute_from_command_line(sys.argv)
