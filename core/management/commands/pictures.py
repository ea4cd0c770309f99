"""`manage.py pictures clean`: removes data about people from pictures that are stored already."""

from core.management.cleaning_command import CleaningCommand
from core.media.stored_files import clean_pictures


class Command(CleaningCommand):
    """Cleans stored pictures. It can be repeated, and stopped at any moment."""

    help = "Removes data about people from the pictures that are stored already: authors, cameras, positions."
    plural = "pictures"
    clean = staticmethod(clean_pictures)
