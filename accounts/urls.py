"""Sign-in: of the desk, below `/xx/desk/`, and of staff, below `/admin/`."""

from django.urls import path
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access

from accounts import admin_views, views

desk_urlpatterns = [
    path("sign-in/", views.ask_for_link_view, name="desk-sign-in"),
    path("sign-in/sent/", views.link_sent, name="desk-sign-in-sent"),
    path("sign-in/password/", views.password_view, name="desk-sign-in-password"),
    path("sign-in/link/<str:token>/", views.link_view, name="desk-sign-in-link"),
    path("sign-in/use/", views.use_link, name="desk-sign-in-use"),
    path("sign-out/", views.sign_out_view, name="desk-sign-out"),
]

# In place of Wagtail's own, and open to people who are not signed in.
staff_urlpatterns = [
    path("login/", admin_views.StaffLoginView.as_view(), name="wagtailadmin_login"),
    path("logout/", admin_views.StaffLogoutView.as_view(), name="wagtailadmin_logout"),
    path("invitation/<str:token>/", admin_views.invitation, name="staff-invitation"),
    path("invitation/", admin_views.accept_invitation, name="staff-invitation-accept"),
]

# In place of Wagtail's own, and behind the access to the admin.
account_urlpatterns = [
    path(
        "account/",
        never_cache(require_admin_access(admin_views.StaffAccountView.as_view())),
        name="wagtailadmin_account",
    ),
]

# Behind the access to the admin: `accounts.wagtail_hooks`.
second_factor_urlpatterns = [
    path("second-factor/", admin_views.second_factor_view, name="staff-second-factor"),
    path("second-factor/set-up/", admin_views.set_up_view, name="staff-second-factor-set-up"),
    path("second-factor/qr.svg", admin_views.qr_code, name="staff-second-factor-qr"),
    path("second-factor/recovery-codes/", admin_views.recovery_codes_view, name="staff-recovery-codes"),
    path("users/invite-again/<int:pk>/", admin_views.invite_again, name="staff-invite-again"),
]
