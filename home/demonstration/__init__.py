"""The demonstration network: files with its content, and the code that loads them.

A file has language-independent values once and translatable text once per language.
`manage.py load_demo` loads everything.
"""
