"""The type of a request whose person is known: only for type annotations."""

from django.http import HttpRequest

from accounts.models import User


class PersonRequest(HttpRequest):
    """A request that only somebody who is signed in can make."""

    user: User
