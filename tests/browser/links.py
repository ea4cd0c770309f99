"""Links of mails, written into the database of a portal that is served."""

import hashlib
import secrets
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path


def write_link(database: Path, purpose: str, email: str, new_email: str = "") -> str:
    """Write a link for the person with this address that works for a day; return its token."""
    token, now = secrets.token_urlsafe(32), datetime.now(UTC)
    with closing(sqlite3.connect(database, timeout=60)) as connection, connection:
        connection.execute(
            "INSERT INTO accounts_emaillink "
            "(purpose, user_id, token_hash, created_at, expires_at, new_email, next_url) "
            "SELECT ?, id, ?, ?, ?, ?, '' FROM accounts_user WHERE email = ?",
            (
                purpose,
                hashlib.sha256(token.encode()).hexdigest(),
                now.isoformat(),
                (now + timedelta(days=1)).isoformat(),
                new_email,
                email,
            ),
        )
    return token
