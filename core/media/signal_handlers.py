"""What happens to files when pages change."""

from wagtail.signals import page_published

from core.media.withheld import release_files_of


def release_files(sender, instance, **kwargs) -> None:
    """Make the files of a page public, in whatever way it was published."""
    release_files_of(instance)


def connect() -> None:
    """Connect the receivers of this module."""
    page_published.connect(release_files)
