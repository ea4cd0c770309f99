"""Undocumented parts of packages: docs/decisions/private-parts.md lists them all, and they have not changed."""

import ast
import importlib
import inspect
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.http import Http404
from django.template import engines
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode
from django.test import RequestFactory
from django.urls import resolve, reverse
from wagtail import hooks
from wagtail.models import Page
from wagtail.url_routing import RouteResult
from wagtail.views import serve
from wagtail_localize import wagtail_hooks as localize_hooks
from wagtail_localize.views import edit_translation as localize_editor

from core.media.models import PortalImage
from core.translations import views
from editorial.translation_queue import TranslationQueue
from practices.models import PracticePage, PracticeStep
from tests import factories

ROOT = Path(settings.BASE_DIR)
RECORD = ROOT / "docs" / "decisions" / "private-parts.md"
READ = "Read docs/decisions/private-parts.md, check the code that it names, then update the record and this test."

CODE = sorted({package.parent.name for package in ROOT.glob("*/__init__.py")} - {"tests"})
PACKAGES = (
    "csp django django_tasks django_tasks_db modelcluster modelsearch post_office treebeard wagtail wagtail_localize"
)

# Modules that the packages document; all modules below those that end in a dot.
DOCUMENTED = """
django django.apps django.conf. django.contrib django.contrib.auth. django.contrib.contenttypes.
django.contrib.sessions.models django.contrib.sitemaps.
django.core.asgi django.core.cache. django.core.checks django.core.exceptions django.core.files. django.core.mail.
django.core.management django.core.management.base django.core.paginator django.core.serializers.json
django.core.signing django.core.validators
django.core.wsgi
django.db django.db.backends.signals django.db.models django.db.models.functions django.db.models.lookups
django.db.models.signals django.dispatch
django.forms. django.http. django.middleware. django.shortcuts django.template. django.templatetags.static django.test.
django.urls django.utils django.utils.cache django.utils.datastructures django.utils.decorators django.utils.dateparse
django.utils.encoding django.utils.feedgenerator django.utils.functional
django.utils.html django.utils.http django.utils.safestring django.utils.text django.utils.timezone
django.utils.translation django.views.decorators. django.views.generic. django.views.static
csp.constants django_tasks django_tasks.base django_tasks.signals modelcluster.fields modelcluster.models
modelsearch.backends post_office.models
wagtail wagtail.admin wagtail.admin.filters wagtail.admin.forms wagtail.admin.forms.auth wagtail.admin.forms.models
wagtail.admin.forms.pages wagtail.admin.ui.components
wagtail.admin.menu wagtail.admin.panels wagtail.admin.ui.tables wagtail.admin.views.account wagtail.admin.views.generic
wagtail.admin.views.reports
wagtail.admin.viewsets. wagtail.admin.widgets wagtail.blocks wagtail.contrib. wagtail.documents. wagtail.fields
wagtail.images wagtail.images.blocks wagtail.images.forms wagtail.images.models wagtail.log_actions wagtail.models
wagtail.permission_policies. wagtail.permissions wagtail.query wagtail.search. wagtail.signals wagtail.snippets.
wagtail.url_routing wagtail.users.apps wagtail.users.forms wagtail.views
wagtail_localize.fields wagtail_localize.models wagtail_localize.segments.extract wagtail_localize.segments.types
wagtail_localize.strings
"""
# Names in these modules that are not documented.
UNDOCUMENTED = """
django.utils.functional.SimpleLazyObject django.utils.text.Truncator django.utils.text.capfirst
post_office.models.STATUS
wagtail.admin.widgets.AdminAutoHeightTextInput wagtail.admin.widgets.AdminTimeInput wagtail.blocks.StreamValue
wagtail.models.CollectionViewRestriction wagtail.models.GroupCollectionPermission wagtail.models.PagePermissionTester
wagtail_localize.models.get_edit_url
"""
# Attributes that begin with an underscore and are documented: `_save` of storages, `_replace` of named tuples.
DOCUMENTED_ATTRIBUTES = {"_meta", "_base_manager", "_default_manager", "_state", "_save", "_db", "_replace"}

# What the code relies on: the arguments of functions and methods, None for what only has to be there.
CONTRACTS = {
    "csp.middleware.CSPMiddleware": None,
    "csp.middleware.CSPMiddleware.get_policy_parts": "(self, request, response, report_only)",
    "csp.middleware.PolicyParts": None,
    "django.apps.registry.Apps": "(installed_apps)",
    "django.contrib.staticfiles.finders.get_finders": "()",
    "django.contrib.staticfiles.management.commands.runserver.Command": None,
    "django.db.migrations.loader.MigrationLoader": "(connection, load, ignore_no_migrations, replace_migrations)",
    "django.db.migrations.recorder.MigrationRecorder": "(connection)",
    "django.db.models.deletion.Collector": "(using, origin)",
    "django.db.models.deletion.Collector.collect": (
        "(self, objs, source, nullable, collect_related, source_attr, reverse_dependency, keep_parents, "
        "fail_on_restricted)"
    ),
    "django.db.models.sql.Query.get_compiler": "(self, using, connection, elide_empty)",
    "django.db.models.sql.compiler.SQLCompiler": "(query, connection, using, elide_empty)",
    "django.db.models.sql.compiler.SQLCompiler.as_sql": "(self, with_limits, with_col_aliases)",
    "django.utils.autoreload.run_with_reloader": "(main_func, args, kwargs)",
    "django.db.models.fields.files.FieldFile": "(instance, field, name)",
    "django.utils.crypto.constant_time_compare": "(val1, val2)",
    "django.utils.crypto.salted_hmac": "(key_salt, value, secret, algorithm)",
    "django.utils.functional.SimpleLazyObject": "(func)",
    "django.utils.text.Truncator": "(text)",
    "django.utils.text.capfirst": "(x)",
    "django.utils.translation.template.templatize": "(src, origin)",
    "django_tasks_db.management.commands.db_worker.Worker": (
        "(queue_names, interval, batch, backend_name, startup_delay, max_tasks, worker_id, excluded_queue_names)"
    ),
    "django_tasks_db.models.DBTaskResult": None,
    "modelsearch.tasks.insert_or_update_object_task": None,
    "post_office.mail.get_queued": "()",
    "post_office.models.STATUS": None,
    "post_office.settings.get_backend": "(alias)",
    "post_office.settings.get_default_mailer": "()",
    "post_office.settings.get_max_retries": "()",
    "post_office.settings.get_message_id_fqdn": "()",
    "post_office.settings.get_retry_timedelta": "()",
    "wagtail.actions.unpublish_page.UnpublishPageAction": (
        "(page, set_expired, commit, user, log_action, include_descendants)"
    ),
    "wagtail.admin.admin_url_finder.AdminURLFinder": "(user)",
    "wagtail.admin.auth.require_admin_access": "(view_func)",
    "wagtail.admin.auth.user_has_any_page_permission": "(user)",
    "wagtail.admin.views.pages.bulk_actions.DeleteBulkAction": None,
    "wagtail.admin.views.pages.bulk_actions.MoveBulkAction": None,
    "wagtail.admin.views.pages.bulk_actions.page_bulk_action.PageBulkAction": None,
    "wagtail.admin.views.pages.edit.EditView": None,
    "wagtail.admin.views.pages.revisions.RevisionsRevertView": None,
    "wagtail.admin.views.pages.unpublish.UnpublishView": None,
    "wagtail.admin.views.pages.workflow.WorkflowActionView": None,
    "wagtail.admin.views.workflows.Disable": None,
    "wagtail.admin.views.workflows.DisableTask": None,
    "wagtail.users.models.UserProfile": None,
    "wagtail.admin.views.generic.base.BaseObjectMixin": None,
    "wagtail.admin.views.generic.base.WagtailAdminTemplateMixin": None,
    "wagtail.admin.views.generic.permissions.PermissionCheckedMixin": None,
    "wagtail.admin.views.pages.create.CreateView": None,
    "wagtail.admin.compare.FieldComparison": "(field, obj_a, obj_b)",
    "wagtail.admin.compare.TextDiff": "(changes, separator)",
    "wagtail.admin.compare.register_comparison_class": "(field_class, to, comparison_class, exact_class)",
    "wagtail.admin.views.pages.utils.get_valid_next_url_from_request": "(request)",
    "wagtail.admin.widgets.AdminAutoHeightTextInput": "(attrs)",
    "wagtail.admin.userbar.BaseItem": "()",
    "wagtail.admin.userbar.EditPageItem": "(page)",
    "wagtail.admin.widgets.AdminTimeInput": "(attrs, format)",
    "wagtail.blocks.StreamBlock.get_searchable_content": "(self, value)",
    "wagtail.blocks.StreamValue": None,
    "wagtail.admin.views.bulk_action.BulkAction": None,
    "wagtail.admin.views.mixins.SpreadsheetExportMixin": None,
    "wagtail.admin.views.mixins.SpreadsheetExportMixin.preprocess_field_value": "(self, field, value, export_format)",
    "wagtail.admin.views.mixins.SpreadsheetExportMixin.as_spreadsheet": "(self, queryset, spreadsheet_format)",
    "wagtail.coreutils.find_available_slug": "(parent, requested_slug, ignore_page_id)",
    "wagtail.hooks._hooks": None,
    "wagtail.documents.views.serve.serve": "(request, document_id, document_filename)",
    "wagtail.images.api.admin.views.ImagesAdminAPIViewSet": None,
    "wagtail.images.fields.WagtailImageField": None,
    "wagtail.images.widgets.AdminImageChooser": None,
    "wagtail.models.CollectionViewRestriction": None,
    "wagtail.models.DraftStateMixin.publish": (
        "(self, revision, user, changed, log_action, previous_revision, skip_permission_checks)"
    ),
    "wagtail.models.DraftStateMixin.unpublish": "(self, set_expired, commit, user, log_action)",
    "wagtail.models.GroupCollectionPermission": None,
    "wagtail.locks.BasicLock": None,
    "wagtail.locks.ScheduledForPublishLock": None,
    "wagtail.models.PagePermissionTester": None,
    "wagtail.models.Page._get_path": "(path, depth, newstep)",
    "wagtail.models.Page.allowed_subpage_models": "()",
    "wagtail.models.Page.get_default_locale": "(self)",
    "wagtail.snippets.views.snippets.EditView.header_more_buttons": None,
    "wagtail.snippets.views.snippets.IndexView.get_list_more_buttons": "(self, instance)",
    "wagtail.tasks.update_reference_index_task": None,
    "wagtail.users.utils.user_can_delete_user": "(current_user, user_to_delete)",
    "wagtail.users.views.bulk_actions.AssignRoleBulkAction": None,
    "wagtail.users.views.bulk_actions.AssignRoleBulkAction.execute_action": "(objects, role, kwargs)",
    "wagtail.users.views.bulk_actions.DeleteBulkAction": None,
    "wagtail.users.views.bulk_actions.SetActiveStateBulkAction": None,
    "wagtail.users.views.bulk_actions.SetActiveStateBulkAction.execute_action": (
        "(objects, mark_as_active, model, kwargs)"
    ),
    "wagtail.users.views.groups.GroupViewSet": None,
    "wagtail.users.views.users.CreateView": None,
    "wagtail.users.views.users.DeleteView": None,
    "wagtail.users.views.users.EditView": None,
    "wagtail.users.views.users.IndexView": None,
    "wagtail.users.views.users.UserViewSet": None,
    "wagtail.users.wagtail_hooks.register_viewset": "()",
    "wagtail_localize.models.StringSegment.objects.annotate_translation": "(locale, include_errors)",
    "wagtail_localize.models.TranslationSource.objects.get_for_instance_or_none": "(instance)",
    "wagtail_localize.models.get_edit_url": "(instance)",
    "wagtail_localize.operations.translate_object": "(instance, locales, components, user)",
    "wagtail_localize.segments.ingest.ingest_segments": "(original_obj, translated_obj, src_locale, "
    "tgt_locale, segments)",
    "wagtail_localize.views.edit_translation.StringTranslationSerializer": None,
    "wagtail_localize.views.edit_translation.edit_override": None,
    "wagtail_localize.views.edit_translation.edit_string_translation": None,
    "wagtail_localize.views.snippets_api.SnippetViewSet": None,
    "wagtail_localize.views.submit_translations.SubmitPageTranslationView": None,
    "wagtail_localize.views.submit_translations.SubmitSnippetTranslationView": None,
    "wagtail_localize.views.update_translations.UpdateTranslationsView": None,
    "wagtail_localize.wagtail_hooks.page_listing_more_buttons": "(page, user, view_name, next_url)",
    "wagtail_localize.wagtail_hooks.register_snippet_listing_buttons": "(snippet, user, next_url)",
    "wagtail_localize.wagtail_hooks.register_wagtail_localize2_report_menu_item": "()",
}
# Methods and attributes of undocumented classes that the portal's subclasses call or override.
MEMBERS = {
    "django.contrib.staticfiles.management.commands.runserver.Command": "run",
    "django.db.migrations.recorder.MigrationRecorder": "Migration applied_migrations",
    "django.db.models.fields.files.FieldFile": "save",
    "wagtail.images.api.admin.views.ImagesAdminAPIViewSet": "get_queryset",
    "django_tasks_db.management.commands.db_worker.Worker": "run",
    "django_tasks_db.models.DBTaskResult": "objects",
    "wagtail.admin.views.generic.base.BaseObjectMixin": "get_object get_base_object_queryset",
    "wagtail.admin.views.generic.base.WagtailAdminTemplateMixin": (
        "get_page_title get_page_subtitle get_breadcrumbs_items breadcrumbs_items header_icon"
    ),
    "wagtail.admin.views.generic.permissions.PermissionCheckedMixin": "permission_required",
    "wagtail.admin.views.pages.bulk_actions.DeleteBulkAction": "get_all_objects_in_listing_query",
    "wagtail.admin.views.pages.bulk_actions.MoveBulkAction": "get_all_objects_in_listing_query",
    "wagtail.admin.views.pages.bulk_actions.page_bulk_action.PageBulkAction": "get_all_objects_in_listing_query "
    "get_actionable_objects get_context_data get_execution_context execute_action get_success_message",
    "wagtail.admin.views.pages.create.CreateView": "dispatch get",
    "wagtail.actions.unpublish_page.UnpublishPageAction": "execute",
    "wagtail.admin.admin_url_finder.AdminURLFinder": "get_edit_url",
    "wagtail.admin.views.pages.edit.EditView": "dispatch get post publish_action perform_workflow_action get_edit_url "
    "expects_json_response json_error_response",
    "wagtail.admin.views.pages.revisions.RevisionsRevertView": "dispatch get post publish_action",
    "wagtail.admin.views.pages.unpublish.UnpublishView": "dispatch get get_object get_objects_to_unpublish",
    "wagtail.admin.views.pages.workflow.WorkflowActionView": "dispatch post get_object get_task_state check_action "
    "add_not_in_moderation_error",
    "wagtail.admin.views.workflows.Disable": "post get_edit_url",
    "wagtail.admin.views.workflows.DisableTask": "post get_edit_url",
    "wagtail.users.models.UserProfile": "get_for_user submitted_notifications approved_notifications "
    "rejected_notifications updated_comments_notifications",
    "wagtail.users.views.groups.GroupViewSet": "get_form_class",
    "wagtail.users.views.users.CreateView": "save_instance success_message page_title",
    "wagtail.users.views.users.DeleteView": "dispatch get_object",
    "wagtail.users.views.users.EditView": "setup save_instance",
    "wagtail.users.views.users.IndexView": "get_delete_url add_item_label",
    "wagtail.images.fields.WagtailImageField": "to_python default_error_messages",
    "wagtail_localize.views.snippets_api.SnippetViewSet": "initial get_model",
    "wagtail_localize.views.submit_translations.SubmitPageTranslationView": "get form_valid get_success_url "
    "get_default_success_url",
    "wagtail_localize.views.submit_translations.SubmitSnippetTranslationView": "get form_valid get_success_url "
    "get_default_success_url",
    "wagtail_localize.views.update_translations.UpdateTranslationsView": "get_object form_valid get_success_url "
    "get_default_success_url get_success_message",
}


def load(name: str):
    """Return the object with a dotted name."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(name)


def rows() -> list[tuple[list[str], list[str]]]:
    """Return the rows of the record: the names of the parts, and the files that use them."""
    cells = (line.split(" | ") for line in RECORD.read_text(encoding="utf-8").splitlines() if line.startswith("| "))
    names_and_files = ([re.findall(r"`([^`]+)`", cell) for cell in row[:2]] for row in cells)
    return [(names, files) for names, files in names_and_files if names]


def recorded() -> set[str]:
    return {name for names, _files in rows() for name in names}


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def code() -> dict[Path, ast.Module]:
    files = (file for folder in CODE for file in (ROOT / folder).rglob("*.py") if "migrations" not in file.parts)
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in files}


def is_documented(module: str, name: str) -> bool:
    modules = DOCUMENTED.split()
    if f"{module}.{name}" in UNDOCUMENTED.split():
        return False
    return module in modules or any(f"{module}.".startswith(known) for known in modules if known.endswith("."))


def undocumented_imports() -> set[str]:
    """Return what the code imports from packages without documentation; submodules by what is used of them."""
    packages = PACKAGES.split()
    return {
        f"{node.module}.{alias.name}"
        for tree in code().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] in packages
        for alias in node.names
        if not is_documented(node.module, alias.name)
    }


def private_attributes() -> set[str]:
    """Return the attributes with an underscore that the code uses on other objects than self, or on Wagtail's pages."""
    found = set()
    for file, tree in code().items():
        own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr):
                is_own = isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}
                if not is_own or (file.name == "pages.py" and node.attr not in own):
                    found.add(node.attr)
    return found - DOCUMENTED_ATTRIBUTES


def test_every_undocumented_import_is_in_the_record():
    names = recorded()
    unknown = {
        name for name in undocumented_imports() if not any(f"{known}.".startswith(f"{name}.") for known in names)
    }
    assert unknown == set(), f"Use a documented way, or add a row and a test. {READ}"


def test_every_private_attribute_is_in_the_record():
    last_names = {name.rpartition(".")[2] for name in recorded()}
    assert private_attributes() - last_names == set(), f"Use a documented way, or add a row and a test. {READ}"


def test_every_part_in_the_record_is_used_where_it_says():
    stale = []
    for names, files in rows():
        uses = {file: {name for name in names if name.rpartition(".")[2] in read(file)} for file in files}
        stale += [file for file, used in uses.items() if not used]
        stale += set(names) - set().union(*uses.values())
    assert stale == [], f"Delete what is not used any more. {READ}"


def test_every_test_file_in_the_record_exists():
    paths = re.findall(r"`(tests/[^`]+)`", RECORD.read_text(encoding="utf-8"))
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_part_in_the_record_has_a_test():
    tested = {*CONTRACTS, "_wagtail_route_for_request", "prefetched_renditions", "is_deferring", "run_on_commit"}
    tested |= {"_get_autogenerated_slug", "_committed", "_set_image_file_metadata", "_objects", "_data"}
    assert recorded() == tested


@pytest.mark.parametrize(
    ("package", "checked"),
    [
        ("Django", "5.2"),
        ("wagtail", "8.0"),
        ("wagtail-localize", "1.14"),
        ("django-modelcluster", "6.5"),
        ("django-tasks-db", "0.13"),
        ("django-post-office", "3.12"),
        ("django-csp", "4.0"),
    ],
)
def test_the_installed_versions_are_those_that_were_checked(package, checked):
    assert f"{version(package)}.".startswith(f"{checked}."), f"{package} {version(package)} is new. {READ}"
    assert f"{package.lower()} {checked}" in RECORD.read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_part_is_there_with_the_same_arguments(name):
    try:
        part = load(name)
    except (ModuleNotFoundError, AttributeError):
        pytest.fail(f"{name} is gone. {READ}")
    if CONTRACTS[name] is not None:
        arguments = f"({', '.join(inspect.signature(part).parameters)})"
        assert arguments == CONTRACTS[name], f"{name} has other arguments. {READ}"


@pytest.mark.parametrize("name", MEMBERS)
def test_a_class_has_the_members_that_the_portal_uses(name):
    missing = [member for member in MEMBERS[name].split() if not hasattr(load(name), member)]
    assert missing == [], f"{name} has no {missing}. {READ}"


# --- Django -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_queryset_asks_its_query_for_a_compiler_and_executes_what_its_as_sql_returns():
    factories.tree()
    queryset = Page.objects.filter(depth=1).values_list("depth", "title")
    compiler = queryset.query.get_compiler(using="default")
    sql, params = compiler.as_sql()
    asked = []

    def get_compiler(using, connection=None, elide_empty=True):
        asked.append(using)
        compiler.as_sql = lambda: (sql, tuple(2 if param == 1 else param for param in params))
        return compiler

    queryset.query.get_compiler = get_compiler
    assert {depth for depth, _title in queryset} == {2}, READ
    assert asked == ["default"], READ


@pytest.mark.django_db
def test_all_static_files_can_be_listed():
    paths = [path for finder in load("django.contrib.staticfiles.finders.get_finders")() for path, _ in finder.list([])]
    assert "css/tokens.css" in paths, READ
    assert list(inspect.signature(BaseFinder.list).parameters) == ["self", "ignore_patterns"], READ


# --- Wagtail ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_wagtail_serves_the_route_that_the_request_has(rf: RequestFactory):
    home = factories.tree()
    request = rf.get("/en/anything/")
    request._wagtail_route_for_request = RouteResult(home)  # type: ignore[attr-defined]  # set by Wagtail
    assert Page.route_for_request(request, "anything/").page == home, READ
    request._wagtail_route_for_request = None  # type: ignore[attr-defined]  # set by Wagtail
    with pytest.raises(Http404):
        serve(request, "")


@pytest.mark.django_db
def test_a_picture_takes_its_renditions_from_the_attribute_that_prefetching_sets(django_assert_num_queries):
    spec = "width-8|format-webp"
    picture = factories.image()
    rendition = picture.get_rendition(spec)
    (prefetched,) = PortalImage.objects.prefetch_renditions(spec)
    assert prefetched.prefetched_renditions == [rendition], READ
    other = PortalImage.objects.get()
    other.prefetched_renditions = [rendition]
    with django_assert_num_queries(0):
        assert other.get_rendition(spec) is rendition, READ


@pytest.mark.django_db
def test_a_page_gets_a_free_slug_among_its_siblings():
    home = factories.tree()
    factories.standard_page(slug="taken")
    page = home.get_children().get(slug="taken").specific
    other = type(page)(title="Other", path=page.path, depth=page.depth)
    assert other._get_autogenerated_slug("taken") == "taken-2", READ


def blocks_of(nodes) -> set[str]:
    return {node.name for node in nodes.get_nodes_by_type(BlockNode)}


@pytest.mark.parametrize(
    "path",
    sorted(file.relative_to(ROOT / "templates") for file in (ROOT / "templates/wagtailadmin").rglob("*.html")),
    ids=str,
)
def test_wagtail_has_the_blocks_that_the_portals_admin_templates_override(path):
    engine = engines["django"].engine
    templates = Path(load("wagtail.admin").__file__).parent / "templates"
    own = engine.get_template(str(path)).nodelist
    extends = own.get_nodes_by_type(ExtendsNode)
    if not extends:  # it replaces Wagtail's template as a whole
        assert (templates / path).exists(), READ
        return
    # Wagtail's own chain of templates: one of the portal with the same name extends itself.
    parent = engine.from_string((templates / path).read_text(encoding="utf-8")).nodelist
    names = blocks_of(parent)
    while bases := parent.get_nodes_by_type(ExtendsNode):
        source = templates / bases[0].parent_name.resolve({})
        parent = engine.from_string(source.read_text(encoding="utf-8")).nodelist
        names |= blocks_of(parent)
    assert blocks_of(extends[0].nodelist) <= names, READ


# --- wagtail-localize -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "arguments", "view"),
    [
        ("submit_page_translation", [1], views.SubmitPageView),
        ("submit_snippet_translation", ["cities", "cityprofile", "1"], views.SubmitSnippetView),
        ("update_translations", [1], views.SyncTranslationsView),
        ("download_pofile", [1], views.download_po_file),
        ("upload_pofile", [1], views.upload_po_file),
        ("edit_string_translation", [1, 1], views.edit_string),
        ("edit_override", [1, 1], views.edit_override),
        ("translations_report", [], TranslationQueue),
        ("translations_report_results", [], TranslationQueue),
        ("stop_translation", [1], views.stop_translation),
        ("convert_to_alias", [1], views.convert_to_alias),
        ("snippets_api_listing", ["cities", "cityprofile"], views.TranslatableSnippetViewSet),
        ("snippets_api_detail", ["cities", "cityprofile", "1"], views.TranslatableSnippetViewSet),
    ],
)
def test_the_urls_of_wagtail_localize_lead_to_the_views_of_the_portal(name, arguments, view):
    found = resolve(reverse(f"wagtail_localize:{name}", args=arguments)).func
    layers = {found}
    while found := getattr(found, "__wrapped__", None):
        layers |= {found, getattr(found, "view_class", None), getattr(found, "cls", None)}
    assert inspect.unwrap(view) in layers, READ


def test_wagtail_localize_has_the_buttons_that_the_portal_recognises():
    source = inspect.getsource(localize_hooks)
    for name in ("localize-convert-to-alias", "localize-restart-translation"):
        assert f'"{name}" in request.POST' in source, READ
    assert hooks.get_hooks("before_edit_page").index(localize_hooks.before_edit_page) > 0, READ
    replaced = {localize_hooks.page_listing_more_buttons, localize_hooks.register_snippet_listing_buttons}
    for name in (
        "register_page_header_buttons",
        "register_page_listing_more_buttons",
        "register_snippet_listing_buttons",
    ):
        assert not replaced & set(hooks.get_hooks(name)), READ


def test_the_page_of_wagtail_localizes_editor_has_what_the_editor_of_the_portal_reads():
    source = inspect.getsource(localize_editor.edit_translation) + inspect.getsource(
        localize_editor.get_segment_location_info
    )
    for name in (
        "tabs",
        "segments",
        "location",
        "previewModes",
        "tab",
        "field",
        "blockId",
        "subField",
        "fieldHelpText",
    ):
        assert f'"{name}":' in source, READ
    for name in ("translation", "instance", "is_page", "props"):
        assert f'"{name}":' in source, READ
    for name in ("wagtail_localize/admin/edit_translation.html", "wagtail_localize/admin/update_translations.html"):
        theirs = Path(load("wagtail_localize").__file__).parent / "templates" / name
        assert theirs.exists(), READ
        assert Path(get_template(name).origin.name) != theirs, READ


# --- modelcluster -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_relation_knows_whether_it_has_rows_in_memory():
    factories.tree()
    page = PracticePage.objects.get(pk=factories.practice(steps=[PracticeStep(text="First")]).pk)
    assert page.steps.is_deferring is False, READ
    page.steps.set([PracticeStep(text="In memory")])
    assert page.steps.is_deferring is True, READ
    assert [step.text for step in page.steps.all()] == ["In memory"], READ
