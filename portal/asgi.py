"""The entry point of ASGI servers."""

from django.core.asgi import get_asgi_application

from portal.entry_points import one_sentence, refuse_wrong_settings, use_settings

with one_sentence():
    use_settings("portal.settings.production")
    application = get_asgi_application()
    refuse_wrong_settings()
