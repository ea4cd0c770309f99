"""Reports of errors to Sentry, or a server that speaks its protocol: only with SENTRY_DSN.

A report has the type of an error, its places in the code, and the text of the log line as the code has it, without what
is filled in: messages quote names, addresses and what people typed. The line of the log with the same `request_id` has
the rest. No integration of sentry-sdk is used: they send requests, users and variables.
"""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration

from portal.logs.context import current
from portal.logs.masking import masked
from portal.release import commit

# What else of a line of the log is sent.
KEPT = ("method", "path", "status_code", "duration_ms")


def report_errors(dsn: str) -> None:
    """Send what `logging` gets as ERROR, by the handler in portal/settings/logs.py, to `dsn`."""
    sentry_sdk.init(
        dsn,
        release=commit() or None,
        integrations=[AtexitIntegration(callback=lambda pending, timeout: None)],
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        send_client_reports=False,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=without_people,
    )


def without_people(event: Any, hint: dict[str, Any]) -> Any:
    """The event without personal data and secrets."""
    record = hint["log_record"]
    for error in event.get("exception", {}).get("values", []):
        error.pop("value", None)
    event["logentry"] = {"message": str(record.msg)}
    extra = event.pop("extra", {})
    event["extra"] = {name: extra[name] for name in KEPT if name in extra}
    event["tags"] = current()
    for name in ("request", "user", "breadcrumbs"):
        event.pop(name, None)
    return _masked(event)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {name: _masked(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_masked(part) for part in value]
    return value
