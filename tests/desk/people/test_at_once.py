"""Two owners of a city act at the same moment: the city keeps one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from cities import people
from cities.models import City, CityPerson
from tests import factories
from tests.waiting import CEILING


def test_of_two_owners_who_leave_at_once_one_stays(own_database):
    city = factories.city()
    owners = [factories.person(city, "owner", last_login=timezone.now()) for _owner in range(2)]
    start = Barrier(len(owners))

    def leave(owner) -> str:
        try:
            person = CityPerson.objects.select_related("city").get(user=owner)
            start.wait(CEILING)
            people.remove(person, by=owner)
        except ValidationError:
            return "stays"
        finally:
            connection.close()
        return "leaves"

    with ThreadPoolExecutor(len(owners)) as threads:
        assert sorted(threads.map(leave, owners)) == ["leaves", "stays"]
    assert City.objects.get(pk=city.pk).people.get().role == "owner"
