"""URLs of the people of a city, and of one's own account, below `/xx/desk/`."""

from django.urls import path

from desk.people import account, views

urlpatterns = [
    path("account/", account.own_account, name="desk-account"),
    path("account/address/", account.own_address, name="desk-account-address"),
    path("account/password/", account.own_password, name="desk-account-password"),
    path("cities/<slug:city>/people/", views.people_of_city, name="desk-people"),
    path("cities/<slug:city>/people/invite/", views.invite_person, name="desk-people-invite"),
    path("cities/<slug:city>/people/leave/", views.leave_city, name="desk-people-leave"),
    path("cities/<slug:city>/people/hand-over/", views.hand_over_city, name="desk-people-hand-over"),
    path("cities/<slug:city>/people/<int:person>/", views.one_person, name="desk-person"),
    path("cities/<slug:city>/people/<int:person>/resend/", views.resend_invitation, name="desk-person-resend"),
    path("cities/<slug:city>/people/<int:person>/remove/", views.remove_person, name="desk-person-remove"),
]
