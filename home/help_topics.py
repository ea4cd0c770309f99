"""The guides at `/xx/help/`, for readers and for people of cities."""

from django.utils.translation import gettext_lazy as _

from home.guides import Guide, Task, step

SEARCH = Guide(
    "search",
    _("Find what other cities have done"),
    _("Search in your language: words are found in all their forms, with or without accents."),
    (
        Task(
            "find",
            _("Search and filter"),
            (
                step(_("Write words in the search field, or leave it empty to see everything.")),
                step(_("Narrow the results with the filters, then choose {show}."), "search", show="Show results"),
                step(_("If nothing is found, take filters away: each is named above the results.")),
                step(
                    _("To learn of new results, choose {feed} and give the address to a feed reader."),
                    "search",
                    feed="Follow this search in a feed reader",
                ),
            ),
        ),
    ),
)

CITE = Guide(
    "cite",
    _("Cite or share a page"),
    _("Every page has an address that lasts, also when the page is moved or renamed."),
    (
        Task(
            "quote",
            _("Quote a page in your text"),
            (
                step(_("Open {cite} at the end of the page."), "practice", cite="Cite this page"),
                step(_("Copy the citation, or download it for your reference manager.")),
                step(_("Read the licence on the page before you copy longer texts or pictures.")),
            ),
        ),
    ),
)

MISTAKE = Guide(
    "mistake",
    _("Tell the editors about a mistake"),
    _("You need no account. Editors read every report."),
    (
        Task(
            "report",
            _("Write a report"),
            (
                step(_("Choose {report} at the end of the page."), "practice", report="Report a mistake"),
                step(_("Write what is wrong, and how you know.")),
                step(
                    _("Leave your e-mail address only if you want an answer. Choose {send}."),
                    "report",
                    send="Send the report",
                ),
            ),
        ),
    ),
)

PRACTICE = Guide(
    "practice",
    _("Write about a practice of your city"),
    _("For people of a city with an account. You can stop at any time: what you type is kept."),
    (
        Task(
            "write",
            _("Write and submit"),
            (
                step(
                    _("Sign in at the desk. Without a password, choose {link} and open the mail that you get."),
                    "sign-in",
                    link="Send me a link",
                ),
                step(_("At your city, choose {write}."), "city", write="Write a practice"),
                step(_("Fill in the sections in any order.")),
                step(
                    _("Choose {check}: what is still missing is listed, with a link to each place."),
                    "sections",
                    check="Check and submit",
                ),
                step(
                    _("Choose {submit}. The page tells you by when you get an answer; it comes by mail."),
                    "check",
                    submit="Submit",
                ),
            ),
        ),
        Task(
            "remarks",
            _("When it comes back with remarks"),
            (
                step(_("Open the practice at the desk: each remark is shown at its section.")),
                step(_("Change the text, or choose {answer} and say why it stays."), "returned", answer="Answer it"),
                step(_("Choose {check}, and submit it again."), "returned", check="Check and submit"),
            ),
        ),
        Task(
            "true",
            _("When you are asked whether it is still true"),
            (
                step(_("Open the link in the mail, or the practice at the desk, and read it again.")),
                step(_("Choose {yes} if nothing has changed."), "confirm", yes="Yes, it is still true"),
                step(_("Otherwise say what has changed, and revise the text.")),
            ),
        ),
    ),
)

DESK = Guide(
    "desk",
    _("Look after the page of your city"),
    _("For owners and editors of a city: the people, the facts, and your own words."),
    (
        Task(
            "people",
            _("Invite a colleague"),
            (
                step(_("At your city, choose {invite}. Only owners can."), "city", invite="Invite and manage people"),
                step(_("Write the address, choose the role, then {send}."), "invite", send="Send the invitation"),
                step(_("Your colleague gets a mail with a link. You see at the same place whether it was accepted.")),
            ),
        ),
        Task(
            "facts",
            _("Correct the facts"),
            (
                step(_("At your city, choose {facts}."), "city", facts="Change the facts"),
                step(_("Save. Readers see the new facts at once, in every language.")),
            ),
        ),
        Task(
            "profile",
            _("Describe your city in your own words"),
            (
                step(_("At your city, choose the language in which you write.")),
                step(_("Choose {preview} to read it as readers will."), "profile", preview="Save and preview"),
                step(
                    _("Choose {publish}. Each language is published on its own."), "profile", publish="Save and publish"
                ),
            ),
        ),
    ),
)

FOR_READERS = (SEARCH, CITE, MISTAKE)
FOR_CITIES = (PRACTICE, DESK)
TOPICS = {guide.code: guide for guide in (*FOR_READERS, *FOR_CITIES)}
