"""The guides for editors and translators, which the admin shows where the task is done."""

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from home.guides import Guide, Task, Word, step

# The button of Wagtail that ends a workflow.
APPROVE = Word("%(label)s and Publish", values={"label": Word("Approve")})
EDIT_PAGE = ("wagtailadmin_pages:edit",)

EDITORS = Guide(
    "editors",
    _("Guide for editors"),
    _("What the day brings, step by step."),
    (
        Task(
            "decide",
            _("Decide on a practice that waits"),
            (
                step(_("Open {menu}: the oldest comes first."), "review", menu="Practices to review"),
                step(_("Open the practice and read it. Of a new version, read first what has changed.")),
                step(
                    _("To return it, write remarks as comments beside the fields, then choose {back}."),
                    "waiting practice",
                    back="Request changes",
                ),
                step(
                    _("To publish it, choose {publish}. The city is told by mail in both cases."),
                    "waiting practice",
                    publish=APPROVE,
                ),
            ),
            ("practices-waiting",),
        ),
        Task(
            "call",
            _("Prepare a call"),
            (
                step(
                    _("Open {calls} and the last call of its kind, and choose {again}."),
                    "call",
                    calls="Calls",
                    again="Same again, new dates",
                ),
                step(_("Enter the new dates. Facts, words and translations are copied as drafts.")),
                step(
                    _("Write the page in one language first. The others are begun beside it under {pages}."),
                    "call",
                    pages=Word("Pages", "of a call"),
                ),
                step(
                    _("Add a file for each language under {files}; what is missing is marked there."),
                    "call",
                    files="Flyers and forms",
                ),
                step(_("Publish each page when it is ready.")),
            ),
            ("calls:index", "calls:edit", "calls:add", "calls:again"),
        ),
        Task(
            "extend",
            _("Extend a deadline"),
            (
                step(_("On the screen of the call, choose {extend}."), "call", extend="Extend deadline"),
                step(_("Enter the new deadline and the reason. To announce it later, enter when.")),
                step(_("Read the page as it will be at that time, in each language, and save.")),
                step(
                    _("Under {files}, choose {replace} at each file that shows the old date."),
                    "call",
                    files="Flyers and forms",
                    replace="Replace",
                ),
            ),
            ("calls:extend", "calls:close_early", "calls:open_early", "calls:set"),
        ),
        Task(
            "event",
            _("Move or cancel an event"),
            (
                step(_("Open {events} and the event."), "events", events="Events"),
                step(
                    _("Choose {moved} or {cancelled}, and write the note that readers see."),
                    "event",
                    moved="Moved",
                    cancelled="Cancelled",
                ),
                step(
                    _("Of a moved event, change the dates or the place. Publish: the calendars of subscribers follow.")
                ),
            ),
            ("event_list:index",),
        ),
        Task(
            "page",
            _("Change a page"),
            (
                step(
                    _("Find it under {pages}, or begin from the page itself: the bar for staff leads here."),
                    "page",
                    pages="Pages",
                ),
                step(_("Change the text in the original. Dates, numbers and files follow in every language.")),
                step(
                    _("Read the preview. Then choose {publish}, or submit it if you do not publish yourself."),
                    "page",
                    publish="Publish",
                ),
                step(_("The translations are out of date now, and are in the queue of the translators.")),
            ),
            ("wagtailadmin_explore", *EDIT_PAGE),
        ),
        Task(
            "mistake",
            _("Deal with a report of a mistake"),
            (
                step(
                    _("Open {reports}, then {mistakes}."), "mistakes", reports="Reports", mistakes="Reports of mistakes"
                ),
                step(_("Open the page that it names, and correct the page.")),
                step(_("Choose {done}. If the reader left an address, answer."), "mistakes", done="Mark as done"),
            ),
            ("mistake-reports",),
        ),
    ),
)

TRANSLATORS = Guide(
    "translators",
    _("Guide for translators"),
    _("From the queue to the published page."),
    (
        Task(
            "translate",
            _("Translate what is out of date"),
            (
                step(_("Open {menu} and choose your language."), "translations", menu="Translations"),
                step(
                    _("Choose {take} at a translation, so that nobody else begins with it."),
                    "translations",
                    take=Word("Take", "a translation"),
                ),
                step(_("Open it by its title: what the original said before and says now is shown.")),
                step(
                    _("Translate it, and go on with {next}. The terms of the network are shown beside the strings."),
                    "translation",
                    next="Next open string",
                ),
                step(_("When nothing is open, choose {publish}."), "complete translation", publish="Publish"),
            ),
            ("translation-queue",),
        ),
        Task(
            "file",
            _("Translate in a program of your own"),
            (
                step(
                    _("In the translation, open {file} and choose {download}."),
                    "translation",
                    file="Translate in a file",
                    download="Download a PO file",
                ),
                step(_("Translate the strings in your program. Leave the originals as they are.")),
                step(
                    _("Choose the file at the same place, then {upload}. Read the page before you publish it."),
                    "translation",
                    upload="Upload",
                ),
            ),
            EDIT_PAGE,
        ),
        Task(
            "terms",
            _("Keep the term list"),
            (
                step(_("Open {terms}."), "terms", terms="Term list"),
                step(_("Add a term with its translations. It is shown beside each string that contains it.")),
                step(_("Before you change one, search the pages for it: what is published keeps the old word.")),
            ),
            ("terms:index", "terms:add", "terms:edit"),
        ),
    ),
)

GUIDES = {guide.code: guide for guide in (EDITORS, TRANSLATORS)}


def guides_of(user) -> list[Guide]:
    """The guides for the work that a person does: those who write pages read both."""
    if PagePermissionPolicy(Page).user_has_permission(user, "add"):
        return [EDITORS, TRANSLATORS]
    return [TRANSLATORS]


def task_of(view: str, user) -> tuple[Guide, Task] | None:
    """The task that is done on a page of the admin, by the name of the page, in the first guide that has it."""
    for guide in guides_of(user):
        for task in guide.tasks:
            if view in task.views:
                return guide, task
    return None
