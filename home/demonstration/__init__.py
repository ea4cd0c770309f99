"""The demonstration network: its content as files, and what loads them.

Facts stand once in a file, words once per language. `manage.py load_demo` loads everything.
"""
