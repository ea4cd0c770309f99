"""Translations that never lie.

A page or city profile is written in one language, the original's; its other language versions are
translations. Facts follow the original, words are translated, and whatever is incomplete stays
where readers do not see it. docs/translations.md tells the rules and where each is kept.
"""
