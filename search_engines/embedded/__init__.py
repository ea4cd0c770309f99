"""The embedded engine, on Tantivy."""

from search_engines.embedded.engine import EmbeddedEngine

__all__ = ["EmbeddedEngine"]
