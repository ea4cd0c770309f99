"""The URLs of the portal.

The language trees come last: Wagtail answers every address below them.
"""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.documents.views.serve import authenticate_with_password as document_password
from wagtail.views import authenticate_with_password as page_password

import home.urls
import open_data.urls
import practices.urls
from accounts.shared_passwords import limited
from accounts.urls import account_urlpatterns, staff_urlpatterns
from accounts.views import restricted_page_sign_in
from core.media.views import serve_document, withheld_picture
from home.views import serve_page
from styleguide import views


def not_here(request: HttpRequest, **kwargs) -> HttpResponse:
    """404 for an address that a package has and the portal has not."""
    raise Http404


handler400 = "home.errors.bad_request"
handler403 = "home.errors.permission_denied"
handler404 = "home.errors.page_not_found"
handler500 = "home.errors.server_error"

# Wagtail's addresses in the admin that the portal does not have: actions on pages that pass by the rules of its forms
# (docs/decisions/gaps-in-translation-and-permissions.md), previews for addresses of pictures in any size, which the
# portal does not serve, and pages that test how errors look.
not_in_the_admin = [
    path("images/<int:pk>/preview/<str:spec>/", not_here),
    path("api/main/pages/<int:pk>/action/<str:action_name>/", not_here),
    path("failwhale/", not_here),
    path("test404/", not_here),
]

urlpatterns = [
    path("admin/", include(not_in_the_admin)),
    path("admin/", include(staff_urlpatterns)),
    path("admin/", include(account_urlpatterns)),
    path("admin/", include("moderation.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/<int:document_id>/<str:document_filename>", serve_document),
    path(
        "documents/authenticate_with_password/<int:restriction_id>/",
        limited(document_password),
        name="wagtaildocs_authenticate_with_password",
    ),
    path("documents/", include(wagtaildocs_urls)),
    path("withheld/<str:name>", withheld_picture, name="withheld-picture"),
    path("", include(home.urls.urlpatterns)),
    path("", include("practices.urls")),
    path("", include("events.urls")),
    path("", include("calls.urls")),
    path("", include("open_data.urls")),
]

if settings.DEBUG:
    urlpatterns += views.urlpatterns

if settings.SERVE_PICTURES:
    # Pictures only. Documents are served by Wagtail, which checks permissions.
    urlpatterns += [path("media/images/<path:path>", serve, {"document_root": settings.MEDIA_ROOT / "images"})]

# Wagtail's three URLs: home.views finds the page, and both forms of restricted pages share the limits of the others.
pages = [
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        limited(page_password),
        name="wagtailcore_authenticate_with_password",
    ),
    path("_util/login/", restricted_page_sign_in, name="wagtailcore_login"),
    re_path(wagtail_urls.serve_pattern, serve_page, name="wagtail_serve"),
]

urlpatterns += i18n_patterns(
    path("desk/", include("desk.urls")),
    path("", include("feedback.urls")),
    path("", include("search.urls")),
    path("", include(practices.urls.language_urlpatterns)),
    path("", include(home.urls.language_urlpatterns)),
    path("", include(open_data.urls.language_urlpatterns)),
    path("", include(pages)),
)
