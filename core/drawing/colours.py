"""Contrast of colours by WCAG 2.2."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.i18n import dates

# The backgrounds of the page, light and dark, on which the colours of a network are used (static/css).
LIGHT_PAGE = "#FFFFFF"
DARK_PAGE = "#0E1A17"
TEXT_RATIO = 7.0


def _channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB` (WCAG 2.2, "relative luminance")."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return 0.2126 * _channel(red) + 0.7152 * _channel(green) + 0.0722 * _channel(blue)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def validate_colour(colour: str) -> None:
    """Raise ValidationError for a value that is not `#RRGGBB`."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise ValidationError(_("Enter the colour as # and six hexadecimal digits: #35621A."))


def _validate_against(colour: str, ground: str) -> None:
    validate_colour(colour)
    ratio = contrast(colour, ground)
    if ratio < TEXT_RATIO:
        raise ValidationError(
            _(
                "The contrast of this colour with %(ground)s is %(ratio)s to 1. It must be at least 7 to 1, "
                "so that everybody can read it."
            )
            % {"ground": ground, "ratio": dates.number(round(ratio, 1))}
        )


def validate_on_light(colour: str) -> None:
    """Raise ValidationError for a colour with too little contrast on a light page."""
    _validate_against(colour, LIGHT_PAGE)


def validate_on_dark(colour: str) -> None:
    """Raise ValidationError for a colour with too little contrast on a dark page."""
    _validate_against(colour, DARK_PAGE)
