"""Strings of Wagtail that the portal translates itself.

The catalogues of the portal come before those of Wagtail. Russian has no case for "Add" before any label, and
Wagtail's European Portuguese has Brazilian words. The others are missing in at least one of its catalogues. Only
strings of the domain `django` can be listed: Wagtail reads those of its JavaScript from its own catalogues.
"""

from django.utils.translation import gettext_noop

WAGTAIL_STRINGS = (
    gettext_noop("Add %(label)s"),
    gettext_noop("Add %(model_name)s"),
    gettext_noop("Enter password"),
    gettext_noop("Password confirmation"),
    gettext_noop("Password required"),
    gettext_noop("Delete selected snippets"),
    gettext_noop("You need a password to access this document."),
    gettext_noop("You need a password to access this page."),
    gettext_noop("The password you have entered is not correct. Please try again."),
    gettext_noop("Enter the same password as above, for verification."),
    gettext_noop("Actions"),
    gettext_noop("Bold"),
    gettext_noop("Italic"),
    gettext_noop("Locked by"),
    gettext_noop("Anyone"),
    gettext_noop("Page types usage"),
    gettext_noop("Shortcuts"),
    gettext_noop("Sorry, you do not have permission to access this area."),
    gettext_noop("Search all pages…"),
    gettext_noop("Go to Wagtail admin"),
    gettext_noop("View Wagtail quick actions"),
    gettext_noop("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s"),
    gettext_noop("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s across entire site."),
    gettext_noop(
        '%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s in \'<span class="w-title-ellipsis">'
        "%(title)s</span>'."
    ),
    gettext_noop("No results across entire site."),
    gettext_noop("No results in '<span class=\"w-title-ellipsis\">%(title)s</span>'."),
    gettext_noop("Search in '<span class=\"w-title-ellipsis\">%(title)s</span>'"),
    gettext_noop("Autosave is paused"),
    gettext_noop("Date updated"),
    gettext_noop("Edited by"),
    gettext_noop("Exploring"),
    gettext_noop("Filter by"),
    gettext_noop("Go to the first error"),
    gettext_noop("Has child pages"),
)
