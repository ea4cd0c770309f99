"""The accounts of the demonstration network, with passwords generated on this machine."""

import os
import secrets
from collections.abc import Iterable
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
    groups = {email: group for email, _first, _last, group in ACCOUNTS}
    missing = [email for email in groups if not User.objects.filter(email=email).exists()]
    create_accounts(account[:3] for account in ACCOUNTS)
    for email in missing:
        user = User.objects.get(email=email)
        if group := groups[email]:
            user.groups.add(Group.objects.get(name=group))
        else:
            user.is_staff = user.is_superuser = True
            user.save(update_fields=["is_staff", "is_superuser"])
    return len(missing)


def create_accounts(accounts: Iterable[tuple[str, str, str]]) -> int:
    """Create the missing ones of these accounts (e-mail address, first name, last name); return how many.

    Their passwords are appended to `accounts_file`.
    """
    lines = []
    for email, first_name, last_name in accounts:
        if User.objects.filter(email=email).exists():
            continue
        password = secrets.token_urlsafe(9)
        User.objects.create_user(email, password, first_name=first_name, last_name=last_name)
        lines.append(f"{email}  {password}\n")
    if lines:
        descriptor = os.open(accounts_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a") as file:
            file.writelines(lines)
    return len(lines)
