"""What a form answers when Django's CSRF check fails: its page was open for too long, or the cookie is gone.

Signing in also renews the secret, so a form that was open in another tab fails. A view whose form holds what somebody
has typed names another view with `answers_csrf_failure`, which shows the form again with what was sent.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]
Answer = Callable[..., HttpResponse | None]
ATTRIBUTE = "csrf_failure_answer"


def answers_csrf_failure(answer: Answer) -> Callable[[View], View]:
    """Decorate a view: `answer` takes the same arguments and answers for it after a failed check.

    It returns None to refuse, and must change nothing. `request.POST` holds what was sent, and the form in its page has
    a new token.
    """

    def decorate(view: View) -> View:
        setattr(view, ATTRIBUTE, answer)
        return view

    return decorate


def csrf_failure_answer(request: HttpRequest) -> HttpResponse | None:
    """The answer of the view that was asked for; None if it has none of its own."""
    match = request.resolver_match
    answer = getattr(match.func, ATTRIBUTE, None) if match else None
    return answer(request, *match.args, **match.kwargs) if match and answer else None
