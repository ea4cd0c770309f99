"""What a city reads about a practice that readers cannot open, or that the secretariat is revising, at present."""

from django.utils.translation import gettext as _


def closed_state(*, is_restricted: bool) -> str:
    """The state in a few words. is_restricted: whether an editor restricted the practice, or a page above it."""
    if is_restricted:
        return _("Not open to the public: an editor restricted it")
    return _("Not open to the public now")


def closed_words() -> str:
    """What it means, and what happens next."""
    return _("Readers cannot open it. Its text is kept, you can revise it, and you get a mail when it is open again.")


def decides_first() -> str:
    """What happens next to a practice of which the secretariat has submitted a version of its own."""
    return _("The secretariat decides on its own text first. You can submit yours after that.")
