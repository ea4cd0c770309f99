"""The portal's rules for translations, on top of wagtail-localize.

A page or city profile is written in one language: this version is the original. Its versions in other languages are
translations. The synchronised fields of a translation are copied from the original, its text is translated, and an
incomplete translation is never public. docs/translations.md describes the rules and the modules.
"""
