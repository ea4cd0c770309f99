"""Queries on cities that read their practices."""

import pytest
from wagtail.models import PageViewRestriction

from cities.models import City, ClusterCoordination
from core.drawing.cartography import project
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tree():
    return factories.tree()


@pytest.fixture
def cluster():
    return factories.cluster()


def codes(cities) -> set[str]:
    return {city.code for city in cities}


def sharing(code: str) -> set[str]:
    """The codes of the cities that share a cluster with the city `code`."""
    found = City.objects.get_with_similar(code)
    return {city.code for city, match in found.similar if "cluster" in match.reasons}


def restrict(page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


@pytest.fixture
def cities(cluster):
    """Cities by what connects them with the cluster; each has a public practice in another cluster too."""
    names = ("practice", "coordinator", "unpublished", "private", "other")
    cities = {name: factories.city(code=f"dk-{name}") for name in names}
    for city in cities.values():
        factories.practice(city=city, clusters=[factories.cluster()])
    factories.practice(city=cities["practice"], clusters=[cluster])
    ClusterCoordination.objects.create(city=cities["coordinator"], cluster=cluster)
    factories.practice(city=cities["unpublished"], clusters=[cluster]).unpublish()
    restrict(factories.practice(city=cities["private"], clusters=[cluster]))
    return cities


def test_a_cluster_has_its_coordinators_and_the_cities_with_a_public_practice_in_it(cities, cluster):
    assert codes(City.objects.of_cluster(cluster.pk)) == {"dk-practice", "dk-coordinator"}


def test_a_cluster_is_shared_through_public_practices_and_coordination(cities, cluster):
    assert sharing("dk-practice") == {"dk-coordinator"}
    assert sharing("dk-coordinator") == {"dk-practice"}
    assert sharing("dk-unpublished") == sharing("dk-private") == sharing("dk-other") == set()
    factories.practice(city=cities["other"], clusters=[cluster])
    assert sharing("dk-practice") == {"dk-coordinator", "dk-other"}


def test_a_city_is_found_whatever_its_status_and_the_others_are_real_members():
    factories.city(code="dk-former", status="left")
    factories.city(code="dk-example", is_example=True)
    member = factories.city(code="dk-member")
    found = City.objects.get_with_similar("dk-former")
    assert (found.city.code, [city for city, _match in found.similar]) == ("dk-former", [member])
    assert found.points == [project(9.8, 55)], "of the member only"
    with pytest.raises(City.DoesNotExist):
        City.objects.get_with_similar("dk-unknown")


def test_a_city_and_the_others_take_three_queries(cities, django_assert_num_queries):
    with django_assert_num_queries(3):
        City.objects.get_with_similar("dk-practice")
