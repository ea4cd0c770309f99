"""Validators of passwords."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class MinimumLength(MinimumLengthValidator):
    """Django's validator. Its message about a password that is too short is not translated into every language."""

    def get_error_message(self) -> str:
        """The message for a password that is too short."""
        message = ngettext(
            "This password is too short: use at least %(count)d character.",
            "This password is too short: use at least %(count)d characters.",
            self.min_length,
        )
        return message % {"count": self.min_length}
