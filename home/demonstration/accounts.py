"""The accounts of the demonstration network, with passwords generated on this machine."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group

from accounts.models import User

# E-mail address, first name, last name, and the group with the permissions; None for the superuser.
ACCOUNTS = (
    ("admin@example.org", "Amina", "Administrator", None),
    ("editor@example.org", "Elif", "Editor", "Editors"),
    ("moderator@example.org", "Mateo", "Moderator", "Moderators"),
    ("translator@example.org", "Tatiana", "Translator", "Translators"),
)


def accounts_file() -> Path:
    """Return the file with the passwords, which only its owner can read."""
    return settings.DATA_DIR / "demonstration-accounts.txt"


def load_accounts() -> int:
    """Create the missing accounts; return how many."""
    missing = [account for account in ACCOUNTS if not User.objects.filter(email=account[0]).exists()]
    lines = []
    for email, first_name, last_name, group in missing:
        password = secrets.token_urlsafe(9)
        names = {"first_name": first_name, "last_name": last_name}
        if group is None:
            User.objects.create_superuser(email, password, **names)
        else:
            user = User.objects.create_user(email, password, **names)
            user.groups.add(Group.objects.get(name=group))
        lines.append(f"{email}  {password}\n")
    if lines:
        descriptor = os.open(accounts_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a") as file:
            file.writelines(lines)
    return len(missing)
