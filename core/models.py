"""The models of core: files, and what translations need to know."""

from core.media.models import PortalDocument, PortalImage, PortalRendition
from core.page_cache.models import ContentChange
from core.translations.terms import Term, TermWord

__all__ = ["ContentChange", "PortalDocument", "PortalImage", "PortalRendition", "Term", "TermWord"]
