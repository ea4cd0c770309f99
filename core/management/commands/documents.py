"""`manage.py documents clean`: removes data about people from documents that are stored already."""

from core.management.cleaning_command import CleaningCommand
from core.media.stored_files import clean_documents


class Command(CleaningCommand):
    """Cleans stored documents. It can be repeated, and stopped at any moment."""

    help = "Removes data about people from the documents that are stored already: authors, cameras, positions."
    plural = "documents"
    clean = staticmethod(clean_documents)
