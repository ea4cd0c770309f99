"""The models of core: files, and what translations need to know."""

from core.media.models import PortalDocument, PortalImage, PortalRendition

__all__ = ["PortalDocument", "PortalImage", "PortalRendition"]
