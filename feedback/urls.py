"""Addresses inside the language trees."""

from django.urls import path

from feedback.views import report_page, report_sent

urlpatterns = [
    path("feedback/", report_page, name="feedback"),
    path("feedback/sent/", report_sent, name="feedback-sent"),
]
