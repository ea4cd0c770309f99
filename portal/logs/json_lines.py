"""One line of JSON for each record of the log."""

import logging
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from portal.error_log import place
from portal.logs.context import current
from portal.logs.masking import masked


class JsonLines(JsonFormatter):
    """Time, level, logger, message, what `extra` has, where the line comes from, and the cause of a failure."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "traceback", "status_code": "status"},
            # Django adds the request to what it logs. It has cookies and forms.
            reserved_attrs=[*RESERVED_ATTRS, "request"],
            timestamp="time",
            json_ensure_ascii=False,
        )

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        """Fill `log_data`."""
        super().add_fields(log_data, record, message_dict)
        log_data.update(current())
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            log_data["error"] = type(error).__name__
            log_data["error_message"] = str(error)
            log_data["error_place"] = place(error.__traceback__)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """The fields without secrets."""
        return {name: masked(value) if isinstance(value, str) else value for name, value in log_data.items()}
