"""Writing mails: rows in the database, in the transaction of the change that they tell. The worker sends them."""

import re
from collections.abc import Callable, Iterable
from email.utils import make_msgid

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from post_office.models import PRIORITY, STATUS, Email
from post_office.settings import get_message_id_fqdn

from core.i18n.addresses import absolute, in_language
from core.i18n.languages import LANGUAGE_CODES, SOURCE_LANGUAGE, direction, html_code
from mails.kinds import MailKind
from mails.models import Notice
from mails.sender import sender

LONGEST_SUBJECT = 150
ADMIN = "/admin/"
# Addresses of views, which are the same in every language: they lead to the recipient's own.
IN_EVERY_LANGUAGE = re.compile(r"/[a-z-]+/desk/")


@transaction.atomic
def send_once(
    kind: MailKind,
    *,
    to,
    about: str,
    version: str | int = "",
    context: dict | None = None,
    path: str | Callable[[], str] = "",
    address: str = "",
) -> Notice | None:
    """Write a mail to a person, unless there is one of this kind about this version of this thing already.

    about: the key or code of the thing, version: which state of it; a second call with the same is a no-op.
    context: for the templates `templates/mails/<kind>.*`, whose first lines name what they need. path: where the link
    of the mail leads; a function is called while the recipient's language is active. Addresses of the desk are
    brought into that language. address: where the mail goes, if not to the address that the person has now.

    Everything is rendered now, in `to.language` (else English). Returns None where nothing was written: for a second
    call, and for a person who is deactivated. Raises ValueError for a link to the admin in a mail to somebody who may
    not open it.
    """
    if not to.is_active or not to.email:
        return None
    notice, is_new = Notice.objects.get_or_create(kind=kind, object_key=str(about), version=str(version), recipient=to)
    if not is_new:
        return None
    language = to.language if to.language in LANGUAGE_CODES else SOURCE_LANGUAGE
    with translation.override(language):
        link = path() if callable(path) else path
        if link.startswith(ADMIN) and not to.has_perm("wagtailadmin.access_admin"):
            raise ValueError(f"A mail of the kind {kind} leads to the admin, which its recipient cannot open.")
        if IN_EVERY_LANGUAGE.match(link):
            link = in_language(link, language)
        notice.mail = _mail(kind, to, address or to.email, language, dict(context or {}), link)
    notice.save(update_fields=["mail"])
    return notice


def undelivered(people: Iterable):
    """The notices of these people whose mail was refused or could not be sent for a day, newest first."""
    failed = Notice.objects.filter(mail__status=STATUS.failed, recipient__in=people)
    return failed.select_related("recipient", "mail")


def _mail(kind: MailKind, to, address: str, language: str, context: dict, link: str) -> Email:
    """The stored mail. It is not made by post-office's `send`, which would read the text as a template once more."""
    context |= {
        "recipient": to.get_full_name(),
        "address": address,
        "url": absolute(link) if link else "",
        "portal_name": sender().name(language) or settings.WAGTAIL_SITE_NAME,
        "contact": SimpleLazyObject(sender().contact),
        "portal_url": absolute(f"/{language}/"),
        "language": html_code(language),
        "direction": direction(language),
    }
    subject = " ".join(render_to_string(f"mails/{kind}.subject.txt", context).split())
    text = render_to_string(f"mails/{kind}.txt", context)
    mail = Email(
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        subject=subject if len(subject) <= LONGEST_SUBJECT else f"{subject[: LONGEST_SUBJECT - 1].rstrip()}…",
        message=f"{_without_gaps(text)}\n",
        html_message=render_to_string(f"mails/{kind}.html", context | {"subject": subject}).strip(),
        message_id=make_msgid(domain=get_message_id_fqdn()),
        headers={"Auto-Submitted": "auto-generated", "Content-Language": html_code(language)},
        priority=PRIORITY.medium,
        status=STATUS.queued,
    )
    # `save` would refuse an address that the mail server may take, and end the change that the mail tells.
    return Email.objects.bulk_create([mail])[0]


def _without_gaps(text: str) -> str:
    """The text without spaces at the ends of lines, and with one empty line between paragraphs."""
    lines = "\n".join(line.strip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines)
