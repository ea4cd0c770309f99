"""The text of PDFs: extracted once by the worker, and stored for as long as the file stays the same.

No request and no rebuild of the index parses a file.
"""

import logging
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.media.models import PortalDocument
from core.search_document import MAX_BODY, clean_text
from search.models import DocumentText
from search.outbox import enqueue
from search.pdf_documents import document_key

logger = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("pdf_text.py")
SECONDS = 30
LARGEST_FILE = 50 * 1024 * 1024

# Presentation forms, as some PDFs contain them: Latin ligatures, and Arabic letters in their contextual forms.
_PRINTED_FORMS = re.compile("[\ufb00-\ufb06\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc]+")


def unread() -> QuerySet[PortalDocument]:
    """Return PDFs whose text was not extracted, or whose file was replaced since."""
    same_file = Q(extracted__file=F("file"), extracted__file_hash=F("file_hash"))
    return PortalDocument.objects.filter(file__iendswith=".pdf").exclude(same_file)


def read_next() -> bool:
    """Extract the text of one PDF and queue it for the index; return whether there was one. A periodic task.

    A file that cannot be read is stored with an empty text, so that it is not tried again.
    """
    document = unread().order_by("pk").first()
    if document is None:
        return False
    text = read(document)
    DocumentText.objects.update_or_create(
        document=document,
        defaults={
            "file": str(document.file),
            "file_hash": document.file_hash,
            "text": text,
            "extracted_at": timezone.now(),
        },
    )
    enqueue([document_key(document.pk)])
    return True


def read(document: PortalDocument) -> str:
    """Return the text of a PDF; "" if it is broken, locked, too large or takes too long. Never raises."""
    try:
        with document.open_file() as file:
            content = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        logger.warning("The file of document %s cannot be opened: %s", document.pk, error)
        return ""
    return words_of(content) if len(content) <= LARGEST_FILE else ""


def words_of(content: bytes) -> str:
    """Return the text of a PDF, extracted in a process that has `SECONDS` and no secrets; "" when that fails."""
    try:
        answer = subprocess.run(  # noqa: S603 – our own program; it reads the file from standard input
            [sys.executable, "-I", str(PROGRAM), str(MAX_BODY)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            env={},
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        logger.info("The text of a PDF cannot be extracted: %s", error)
        return ""
    return clean_text(as_typed(answer.stdout.decode("utf-8", "replace")), MAX_BODY)


def as_typed(text: str) -> str:
    """Return the text in the letters that people type: "ﬁnance" → "finance", without soft hyphens."""
    text = re.sub("\u00ad\\s*", "", text)
    return _PRINTED_FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
