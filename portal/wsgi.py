"""The entry point of WSGI servers, such as gunicorn."""

from django.core.wsgi import get_wsgi_application

from portal.entry_points import one_sentence, refuse_wrong_settings, use_settings

with one_sentence():
    use_settings("portal.settings.production")
    application = get_wsgi_application()
    refuse_wrong_settings()
