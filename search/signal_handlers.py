"""Receivers for everything that may change the index: each only queues the groups concerned."""

from collections.abc import Iterable

from django.apps import apps
from django.db.models import QuerySet
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from django.dispatch import receiver
from django_tasks.signals import task_finished
from modelcluster.fields import ParentalKey
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction, ReferenceIndex
from wagtail.signals import page_published, page_unpublished, post_page_move
from wagtail.tasks import update_reference_index_task

from calls.models import Call, CallDocument, CallPage
from calls.signals import dates_changed
from cities.models import (
    Award,
    City,
    CityIndexPage,
    CityName,
    CityProfile,
    ClusterCoordination,
    MembershipEvent,
    MembershipRound,
)
from clusters.models import Cluster, ClusterName, ClusterPage
from core.media.models import PortalDocument
from core.pages import PortalPage
from events.models import EventCluster
from events.signals import event_changed
from home.models import HomePage
from moderation.models import Confirmation
from practices.models import PracticeCluster
from search.group_documents import city_key, page_key
from search.outbox import enqueue
from search.pdf_documents import document_key, is_to_a_file, keys_of_files_on


def _group_keys(page: Page) -> list[str]:
    """Return the keys of a page's group and of the files that it offers in any language."""
    return [page_key(page), *keys_of_files_on(Page.objects.filter(translation_key=page.translation_key))]


def _subtree_keys(page: Page) -> list[str]:
    """Return the keys of a page, of its translations, of everything below them, and of their files."""
    keys = []
    for version in Page.objects.filter(translation_key=page.translation_key):
        pages = Page.objects.descendant_of(version, inclusive=True)
        keys += [f"page:{key}" for key in pages.values_list("translation_key", flat=True)]
        keys += keys_of_files_on(pages)
        if pages.type(CityIndexPage).exists():
            keys += _keys_of_all_cities()
        keys += _keys_with_hubs(ClusterPage.objects.filter(pk__in=pages.values("pk")))
    return keys


def _keys_below(home: Page) -> list[str]:
    """Return the keys of all that is public only as long as a home page is: the pages of its language, the cities."""
    pages = Page.objects.descendant_of(home)
    keys = [f"page:{key}" for key in pages.values_list("translation_key", flat=True)]
    hubs = ClusterPage.objects.filter(pk__in=pages.values("pk"))
    return [*keys, *keys_of_files_on(pages), *_keys_of_all_cities(), *_keys_with_hubs(hubs)]


def _keys_of_all_cities() -> list[str]:
    """The keys of all cities: the page of a city is a route of the list of cities."""
    return [city_key(code) for code in City.objects.values_list("code", flat=True)]


def _keys_with_hubs(hubs: Iterable[ClusterPage]) -> list[str]:
    """The keys of the groups that name the clusters of these hubs: only clusters with a public hub are named."""
    return [key for hub in hubs if hub.cluster for key in _cluster_keys(hub.cluster)]


@receiver([page_published, page_unpublished])
def page_changed(sender, instance, **kwargs):
    if isinstance(instance, PortalPage):
        enqueue(_group_keys(instance))
    if isinstance(instance, CityIndexPage):
        enqueue(_keys_of_all_cities())
    if isinstance(instance, ClusterPage):
        enqueue(_keys_with_hubs([instance]))


@receiver(event_changed)
def facts_of_event_changed(sender, event, **kwargs):
    enqueue(_group_keys(event))


@receiver(post_page_move)
def page_moved(sender, instance, **kwargs):
    enqueue(_subtree_keys(instance))


@receiver(pre_save)
def page_saved(sender, instance, raw=False, **kwargs):
    """Enqueue what has a new address: all pages below one with a new slug, the cities of a home page.

    And what names the cluster of a hub that appears or disappears. Wagtail sends its own signals after the
    commit; they are lost if the process ends in between.
    """
    if not isinstance(instance, Page) or not instance.pk or raw:
        return
    old = Page.objects.filter(pk=instance.pk).values("url_path", "live").first()
    if old is None:
        return
    if old["url_path"] != instance.url_path:
        enqueue(_subtree_keys(instance))
    elif old["live"] != instance.live and isinstance(instance, HomePage):
        enqueue(_keys_below(instance))
    elif old["live"] != instance.live and isinstance(instance, ClusterPage):
        enqueue(_keys_with_hubs([instance]))


@receiver(pre_delete)
def page_deleted(sender, instance, **kwargs):
    if isinstance(instance, PortalPage):
        enqueue(_group_keys(instance))
    if isinstance(instance, CityIndexPage):
        enqueue(_keys_of_all_cities())
    if isinstance(instance, ClusterPage):
        enqueue(_keys_with_hubs([instance]))


@receiver([post_save, post_delete], sender=PageViewRestriction)
def restriction_changed(sender, instance, **kwargs):
    enqueue(_subtree_keys(instance.page))


@receiver(m2m_changed, sender=PageViewRestriction.groups.through)
def restriction_groups_changed(sender, instance, **kwargs):
    if isinstance(instance, PageViewRestriction):
        enqueue(_subtree_keys(instance.page))


def _city_keys(city: City) -> list[str]:
    """Return the keys of a city and of the pages whose documents contain its names and place."""
    related = [
        *city.practices.values_list("translation_key", flat=True),
        *city.events.values_list("translation_key", flat=True),
        *city.news.values_list("page__translation_key", flat=True),
    ]
    return [city_key(city.code), *(f"page:{key}" for key in related)]


@receiver([post_save, pre_delete], sender=City)
def city_changed(sender, instance, **kwargs):
    enqueue(_city_keys(instance))


@receiver([post_save, post_delete], sender=Award)
@receiver([post_save, post_delete], sender=CityName)
@receiver([post_save, post_delete], sender=ClusterCoordination)
@receiver([post_save, post_delete], sender=CityProfile)
@receiver(post_save, sender=MembershipEvent)
def city_part_changed(sender, instance, **kwargs):
    enqueue(_city_keys(instance.city))


@receiver(post_save, sender=MembershipRound)
def membership_round_changed(sender, instance, **kwargs):
    admitted = MembershipEvent.objects.filter(round=instance)
    enqueue([city_key(code) for code in admitted.values_list("city__code", flat=True)])


def _cluster_keys(cluster: Cluster) -> list[str]:
    """Return the keys of the groups whose documents contain a cluster's code or names."""
    related = [
        *cluster.pages.values_list("translation_key", flat=True),
        *PracticeCluster.objects.filter(cluster=cluster).values_list("page__translation_key", flat=True),
        *EventCluster.objects.filter(cluster=cluster).values_list("page__translation_key", flat=True),
        *CallPage.objects.filter(call__clusters=cluster).values_list("translation_key", flat=True),
    ]
    cities = cluster.coordinations.values_list("city__code", flat=True)
    return [*(f"page:{key}" for key in related), *(city_key(code) for code in cities)]


@receiver(post_save, sender=Confirmation)
def practice_confirmed(sender, instance, **kwargs):
    """The row of the page, which the same transaction saves, has the day of the confirmation."""
    enqueue([page_key(instance.page)])


@receiver(post_save, sender=Cluster)
def cluster_changed(sender, instance, **kwargs):
    enqueue(_cluster_keys(instance))


@receiver([post_save, post_delete], sender=ClusterName)
def cluster_name_changed(sender, instance, **kwargs):
    enqueue(_cluster_keys(instance.cluster))


@receiver(post_save, sender=Call)
def call_changed(sender, instance, **kwargs):
    enqueue(_call_keys(instance))


@receiver(dates_changed)
def call_dates_changed(sender, call, at, **kwargs):
    """A new date is public from its announcement on: the group is queued for that instant."""
    enqueue(_call_keys(call), due_at=at)


def _call_keys(call: Call) -> list[str]:
    return [f"page:{key}" for key in call.pages.values_list("translation_key", flat=True)]


@receiver([post_save, post_delete], sender=PortalDocument)
def file_changed(sender, instance, **kwargs):
    enqueue([document_key(instance.pk)])


@receiver([post_save, post_delete], sender=CallDocument)
def paper_of_call_changed(sender, instance, **kwargs):
    """Which readers see a document of a call depends on the call's other documents."""
    papers = CallDocument.objects.filter(call=instance.call_id).values_list("document_id", flat=True)
    enqueue([document_key(pk) for pk in (instance.document_id, *papers)])


def _files_below(collection: Collection) -> list[str]:
    """Return the keys of the files in a collection and in those below it."""
    files = PortalDocument.objects.filter(collection__path__startswith=collection.path)
    return [document_key(pk) for pk in files.values_list("pk", flat=True)]


@receiver(post_save, sender=Collection)
def collection_changed(sender, instance, **kwargs):
    """Wagtail moves a collection in the transaction in which it saves it."""
    enqueue(_files_below(instance))


@receiver([post_save, post_delete], sender=CollectionViewRestriction)
def collection_restriction_changed(sender, instance, **kwargs):
    enqueue(_files_below(instance.collection))


@receiver(post_delete, sender=ReferenceIndex)
def reference_removed(sender, instance, **kwargs):
    """A page or a call offers a file no longer."""
    if is_to_a_file(instance):
        enqueue([document_key(instance.to_object_id)])


@receiver(task_finished)
def references_noted(sender, task_result, **kwargs):
    """Wagtail's task has recorded which files a saved page links to."""
    if task_result.task == update_reference_index_task:
        enqueue(keys_of_files_on(_page_of(*task_result.args)))


def _page_of(app_label: str, model_name: str, pk: str) -> QuerySet[Page]:
    """Return the page that is, or owns, the saved row; an empty queryset for a row of no page."""
    model = apps.get_model(app_label, model_name)
    if issubclass(model, Page):
        return Page.objects.filter(pk=pk)
    for field in model._meta.get_fields():
        if isinstance(field, ParentalKey) and issubclass(field.related_model, Page):
            return Page.objects.filter(pk__in=model._default_manager.filter(pk=pk).values(field.attname))
    return Page.objects.none()
