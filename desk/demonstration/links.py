"""Links with which the people of the demonstration sign in: made again at each start of `make run`."""

import os
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts import links
from accounts.models import EmailLink, User
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE
from desk.demonstration.loading import people

# Longer than that of a mailed link, because a portal may run for days. Each works once.
LIFETIME = timedelta(days=7)


def links_file() -> Path:
    """The file with the newest links, which only its owner can read."""
    return settings.DATA_DIR / "demonstration-links.txt"


def write_links() -> int:
    """Write a new link for each person of the demonstration into `links_file`; return how many there are.

    A line is an e-mail address and the path of the link.
    """
    lines = []
    for person in people():
        user = User.objects.filter(email=person["email"], is_active=True, city_roles__isnull=False).first()
        if user is None:
            continue
        link, token = links.make(user, EmailLink.Purpose.SIGN_IN)
        EmailLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() + LIFETIME)
        with override(user.language if user.language in LANGUAGE_CODES else SOURCE_LANGUAGE):
            lines.append(f"{user.email}  {reverse('desk-sign-in-link', args=[token])}\n")
    descriptor = os.open(links_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(lines)
    return len(lines)
