"""The entry point of WSGI servers, such as gunicorn."""

from wsgiref.types import WSGIApplication

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from portal.entry_points import one_sentence, refuse_wrong_settings, use_settings

with one_sentence():
    use_settings("portal.settings.production")
    application: WSGIApplication = get_wsgi_application()
    refuse_wrong_settings()
    if settings.METRICS_PORT:
        from portal.metrics.server import with_metrics

        application = with_metrics(application, settings.METRICS_PORT)
