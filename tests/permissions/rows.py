"""The rows that addresses name: those of the city of this test, those of another city, and none."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from post_office.models import STATUS, Email
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query
from wagtail.models import Collection, Locale, PageViewRestriction, Site, Task, UploadedFile, Workflow
from wagtail_localize.models import StringSegment, Translation

from accounts.models import User
from calls.models import Call, DateChange, NationalCommission
from cities.imports import CityImport
from cities.models import City, CityPerson
from cities.vocabularies import CityRole
from core.media.models import PortalDocument, PortalImage
from core.translations.terms import Term
from desk.models import DeskFile
from editorial.imports.models import Import, Stage
from editorial.imports.services import receive
from feedback.services import report
from links.models import Address, Fault, Link
from mails.kinds import MailKind
from mails.models import Notice
from mails.outbox import send_once
from moderation import services
from open_data.dumps import make_dump
from practices.models import PracticePage
from tests import factories

NOTHING = 987_654_321


# What an address needs besides: the part after "?".
QUERIES = {
    "admin/bulk/<str:app_label>/<str:model_name>/<str:action>/": "id={page_id}",
}
# What a form must send for its address to name something.
FORMS = {
    "admin/calls/document/<int:pk>/": {"document": "flyer-en"},
    "admin/event/document/<int:pk>/": {"document": "new"},
    "admin/imports/<slug:kind>/<uuid:key>/": {"action": "again"},
}


@dataclass
class Network:
    """A city with its people and its practice, another city, and the staff."""

    city: City

    values: dict
    """Values of the parameters of routes, for rows of the city."""
    foreign: dict
    """Those of the desk, for rows of another city."""
    marks: dict[str, str]
    """Marked words that are in the rows of both cities → the letters of those who may read them."""
    people: dict[str, User | None]
    """By the letter of the role, `table.ROLES`."""


def network() -> Network:
    """Make the rows: a submitted practice of the city, one thing of each other kind."""
    factories.tree("fr")
    city, other = factories.city(code="dk-own"), factories.city(code="dk-foreign")
    people = _people(city, other)
    factories.person(other, CityRole.EDITOR, first_name=f"Eve {mark('person', other)}")
    values = _staff_values(city, people) | desk_values(city)
    marks = _marks(city, "eo") | _marks(other, "f")
    return Network(city=city, values=values, foreign=desk_values(other), marks=marks, people=people)


def mark(what: str, city: City) -> str:
    """A word of no language, which is in a draft, file or name of this city."""
    return f"zyx{what}{city.code.removeprefix('dk-')}"


def _marks(city: City, own: str) -> dict[str, str]:
    """The marked words of a city, and who may read them beside its own people."""
    staff = {"copy": "", "submitted": "TEMA", "profile": "TEMA", "file": "MA", "person": "TEMA"}
    return {mark(what, city): own + letters for what, letters in staff.items()}


def _people(city: City, other: City) -> dict[str, User | None]:
    deactivated = factories.person(city, CityRole.OWNER)
    deactivated.is_active = False
    deactivated.save()
    return {
        "v": None,
        "d": deactivated,
        "e": factories.person(city, CityRole.EDITOR, first_name=f"Eve {mark('person', city)}"),
        "o": factories.person(city, CityRole.OWNER),
        "f": factories.person(other, CityRole.OWNER),
        "T": factories.user("Translators"),
        "E": factories.user("Editors"),
        "M": factories.user("Moderators"),
        "A": factories.user(is_superuser=True),
    }


def _staff_values(city: City, people) -> dict:
    """The rows of the public site and of the admin."""
    index = factories.practice().get_parent()
    page = factories.practice(city=city, title="Submitted", **factories.BY_CITY)
    french = factories.translated(page, "fr")
    record = Translation.objects.get(source__object_id=page.translation_key)
    services.submit(page, by=people["o"])
    state = page.current_workflow_state
    segment = StringSegment.objects.filter(source=record.source).first()
    profile, call = factories.profile(city), factories.call()
    call_list = factories.call_page(call).get_parent()
    restriction = PageViewRestriction.objects.create(
        page=factories.standard_page(), restriction_type="password", password="secret"
    )
    private = Collection.get_first_root_node().add_child(name="Private")
    image, document = factories.image(), factories.document()
    return {
        "page_id": page.pk,
        "page_pk": page.pk,
        "parent_page_id": index.pk,
        "parent_pk": index.pk,
        "page_to_move_id": page.pk,
        "destination_id": index.pk,
        "page_path": page.url,
        "code": page.translation_key.hex[:10],
        "revision_id": page.latest_revision_id,
        "revision_id_a": "live",
        "revision_id_b": page.latest_revision_id,
        "task_state_id": state.current_task_state_id,
        "workflow_state_id": state.pk,
        "workflow_pk": Workflow.objects.first().pk,
        "task_id": Task.objects.first().pk,
        "action_name": "approve",
        "translation_id": record.pk,
        "translation_source_id": record.source_id,
        "string_segment_id": segment.pk,
        "overridable_segment_id": segment.pk,
        "image_id": image.pk,
        "filter_spec": "width-10",
        "spec": "width-10",
        "document_id": document.pk,
        "document_filename": document.filename,
        "doc_id": document.pk,
        "collection_id": private.pk,
        "restriction_id": restriction.pk,
        "page_view_restriction_id": restriction.pk,
        "redirect_id": Redirect.objects.create(old_path="/old", redirect_link="/en/").pk,
        "query_id": Query.get("learning").pk,
        "session_id": EditingSession.objects.create(
            user=people["A"], content_object=page, last_seen_at=page.last_published_at
        ).pk,
        "object_id": page.pk,
        "app_label": "wagtailcore",
        "model_name": "page",
        "app_name": "home",
        "content_type_app_name": "practices",
        "content_type_model_name": "practicepage",
        "action": "publish",
        "mode": "",
        "size": "thumb",
        "language": "en",
        "uidb64": "x",
        "token": "x",
        "pk": NOTHING,
        # By the beginning of the route.
        "admin/api/main/^pages": {"pk": page.pk, "action_name": "delete"},
        "admin/api/main/pages": {"pk": page.pk, "action_name": "delete"},
        "admin/api/main/^documents": {"pk": document.pk},
        "admin/api/main/^images": {"pk": image.pk},
        "admin/images/<int:pk>": {"pk": image.pk},
        "admin/images/multiple/": {"uploaded_file_id": _upload(people["E"], PortalImage).pk},
        "admin/documents/multiple/": {"uploaded_file_id": _upload(people["E"], PortalDocument).pk},
        "admin/imports/": {"kind": "cities", "file_format": "csv", "key": _import(people["E"]).key},
        "admin/images/chooser": {"pk": image.pk},
        "admin/documents/chooser": {"pk": document.pk},
        "admin/pages/^(?P<pk>": {"pk": page.pk},
        "admin/pages/create/": {"app_label": "practices", "model_name": "practicepage"},
        "admin/collections/": {"pk": private.pk},
        "admin/workflows/": {"pk": Workflow.objects.first().pk},
        "admin/workflows/tasks/": {
            "pk": Task.objects.first().pk,
            "app_label": "wagtailcore",
            "model_name": "groupapprovaltask",
        },
        "admin/localize/page/": {"page_id": french.pk},
        "admin/localize/submit/snippet/": {"app_label": "cities", "model_name": "cityprofile", "pk": profile.pk},
        "admin/localize/api/": {"app_label": "cities", "model_name": "cityprofile", "pk": profile.pk},
        "admin/settings/": {"model_name": "networksettings", "pk": Site.objects.get().pk},
        "admin/tag-autocomplete/": {"app_name": "taggit", "model_name": "tag"},
        "admin/snippets/cities/city/": {"pk": city.pk},
        "admin/snippets/choose/cities/city/": {"pk": city.pk},
        "admin/snippets/cities/cityprofile/": {
            "pk": profile.pk,
            "revision_id": profile.latest_revision_id,
            "revision_id_b": profile.latest_revision_id,
        },
        "admin/snippets/choose/cities/cityprofile/": {"pk": profile.pk},
        "admin/snippets/cities/membershipround/": {"pk": factories.membership_round().pk},
        "admin/snippets/choose/cities/membershipround/": {"pk": factories.membership_round().pk},
        "admin/snippets/clusters/": {"pk": factories.cluster().pk},
        "admin/snippets/choose/clusters/": {"pk": factories.cluster().pk},
        "admin/calls/": {"pk": call.pk, "change_pk": _extension(call).pk, "parent_pk": call_list.pk},
        "admin/event/": {"pk": factories.event().pk, "series": "iclc"},
        "calls/": {"code": call.code},
        "^covers/call/": {"code": call.code},
        "^data/": {"dataset": "cities", "file_format": "csv"},
        "data/dumps/": {"name": make_dump().files[0].name},
        "xx/data/": {"dataset": "cities"},
        "xx/help/": {"topic": "practice"},
        "admin/guides/": {"guide": "editors"},
        "api/v1/calls/": {"code": call.code},
        "api/v1/cities/": {"code": factories.city().code},
        "api/v1/events/": {"code": factories.event().translation_key.hex[:10]},
        "api/v1/practices/": {"code": factories.practice().translation_key.hex[:10]},
        "^covers/event/": {"code": factories.event().translation_key.hex[:10]},
        "^c/": {"code": factories.event().translation_key.hex[:10], "ending": "bib"},
        "admin/reports/broken-links/": {"pk": _broken_link(french).pk},
        "admin/reports/mistakes/": {"pk": report("/en/", "en", "A wrong date.").pk, "state": "done"},
        "^events/": {"code": factories.event().translation_key.hex[:10]},
        "admin/mails/": {"pk": _refused_mail(people["o"]).pk},
        "admin/terms/": {"pk": Term.objects.create().pk},
        "admin/commissions/": {"pk": NationalCommission.objects.create(country="DK", name="Commission").pk},
        "admin/locales/": {"pk": Locale.objects.get(language_code="fr").pk},
        "admin/sites/": {"pk": Site.objects.get().pk},
        "admin/users/": {"pk": factories.user().pk},
        "admin/groups/": {"pk": Group.objects.get(name="Editors").pk},
    }


def _import(editor: User) -> Import:
    upload = SimpleUploadedFile("cities.csv", b"code,country\nde-ulm,DE\n")
    job = receive(upload, CityImport, "en", by=editor)
    Import.objects.filter(pk=job.pk).update(stage=Stage.JUDGED)
    return job


def _upload(uploader: User, model: type) -> UploadedFile:
    """A file that waits for its form."""
    kind = ContentType.objects.get_for_model(model)
    with factories.image().file.open() as picture:
        content = ContentFile(picture.read(), "x.png") if model is PortalImage else ContentFile(b"x", "x.txt")
    return UploadedFile.objects.create(file=content, for_content_type=kind, uploaded_by_user=uploader)


def _refused_mail(to: User) -> Notice:
    """A mail that the mail server has refused for good."""
    context = {"title": "Learning", "city": "Aarhus", "days": 5}
    notice = send_once(MailKind.RECEIVED, to=to, about="refused", context=context, path="/en/desk/")
    assert notice is not None
    Email.objects.filter(pk=notice.mail_id).update(status=STATUS.failed)
    return notice


def _extension(call: Call) -> DateChange:
    """A change of the deadline of a call that can be withdrawn."""
    return DateChange.objects.create(
        call=call,
        clock="city",
        reason="emergency",
        decided_by="secretariat",
        announce_at=timezone.now() + timedelta(days=1),
    )


DESK = "xx/desk/"
PRACTICES = "xx/desk/cities/<slug:city>/practices/<uuid:key>/"
PUBLISHED = "xx/desk/^cities/"
OF_PUBLISHED = r"xx/desk/^cities/(?P<city>[-\w]+)/published/(?P<code>[0-9a-f]{10})/"
NO_KEY = uuid.UUID(int=0)


def _broken_link(page) -> Address:
    """An address with a fault, to which a translation links."""
    address = Address.objects.create(key="x", address="/en/gone/", fault=Fault.NOT_FOUND)
    kind = ContentType.objects.get_for_model(page)
    Link.objects.create(
        address=address,
        content_type=kind,
        object_id=page.pk,
        language="fr",
        is_translation=True,
        title="x",
        part="body",
    )
    return address


def desk_values(city: City) -> dict:
    """The rows of the desk that belong to a city: a practice in progress, one that waits, a published one, files."""
    in_copy, in_submission, in_file = (mark(what, city) for what in ("copy", "submitted", "file"))
    copy, waiting = factories.working_copy(city, title=in_copy, problem=in_copy), factories.working_copy(city)
    page, of_secretariat = factories.practice(city=city, **factories.BY_CITY), factories.practice(city=city)
    submitted, draft = (factories.practice(city=city, **factories.BY_CITY) for _number in range(2))
    draft.unpublish()
    for found in (submitted, draft):
        found.title, found.problem, found.one_line_result = f"Title {in_submission}", in_submission, in_submission
        services.submit(found, by=city.people.first().user)
    PracticePage.objects.filter(pk=draft.pk).update(title=f"Title {in_submission}", problem=in_submission)
    waiting.page = submitted
    waiting.save()
    words = city.profiles.first() or factories.profile(city)
    words.headline = words.vision = mark("profile", city)
    words.save_revision()
    editor = CityPerson.objects.filter(city=city, role=CityRole.EDITOR).first()
    assert editor is not None
    image = factories.image(withheld=True, title=f"Picture {in_file}")
    picture = DeskFile.objects.create(
        working_copy=copy, kind="picture", state="accepted", name=f"{in_file}.png", image=image
    )
    document = DeskFile.objects.create(
        working_copy=copy,
        kind="document",
        state="accepted",
        name=f"{in_file}.txt",
        document=factories.document(withheld=True, title=f"Document {in_file}"),
    )
    for relation, file in (("photos", picture), ("documents", document)):
        copy.answers[relation] = [{"key": str(file.key), "file": str(file.key)}]
    copy.save()
    return {
        DESK: {
            "city": city.code,
            "key": copy.key,
            "file": document.key,
            "person": editor.pk,
            "token": "x",
        },
        PUBLISHED: {"code": page.translation_key.hex[:10]},
        f"{OF_PUBLISHED}take-over": {"code": of_secretariat.translation_key.hex[:10]},
        f"{PRACTICES}<section:code>": {"code": "pictures-and-documents"},
        f"{PRACTICES}withdraw": {"key": waiting.key},
        "withheld/": {"name": Path(image.get_rendition("width-10").file.name).name},
    }


def of_another_city(values: dict, other: dict) -> dict:
    """The same addresses for another city."""
    return values | other


def of_own_city_with_rows_of_another(values: dict, other: dict) -> dict:
    """Addresses of the own city, with the keys of what belongs to another one."""
    own = {"city": values[DESK]["city"]}
    return values | {start: found | own for start, found in other.items()}


def of_nothing(values: dict) -> dict:
    """Addresses of the own city with keys of nothing."""
    nothing = {"key": NO_KEY, "file": NO_KEY, "person": NOTHING}
    return values | {
        DESK: values[DESK] | nothing,
        PUBLISHED: {"code": "0" * 10},
        f"{OF_PUBLISHED}take-over": {"code": "0" * 10},
        f"{PRACTICES}withdraw": {"key": NO_KEY},
    }


def of_no_city(values: dict) -> dict:
    """Addresses of a city that does not exist."""
    return of_nothing(values) | {DESK: of_nothing(values)[DESK] | {"city": "dk-nowhere"}}
