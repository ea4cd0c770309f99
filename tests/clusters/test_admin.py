"""Clusters in the admin."""

import pytest
from django.urls import reverse

from clusters.models import Cluster
from tests import factories
from tests.admin_forms import edit_url, form_of

pytestmark = pytest.mark.django_db


def test_an_editor_can_change_a_cluster_but_not_its_code(sign_in):
    factories.tree()
    browser = sign_in(factories.user("Editors"))
    cluster = factories.cluster(code="literacy", valid_from=2019)
    assert "literacy" in browser.get(reverse(Cluster.snippet_viewset.get_url_name("list"))).content.decode()
    browser.post(edit_url(cluster), form_of(browser, cluster) | {"code": "reading", "valid_to": "2021"}, follow=True)
    cluster = Cluster.objects.get(pk=cluster.pk)
    assert (cluster.code, cluster.valid_to) == ("literacy", 2021)


def test_a_translator_cannot_change_clusters(sign_in):
    factories.tree()
    cluster = factories.cluster(valid_from=2019)
    browser = sign_in(factories.user("Translators"))
    assert browser.get(edit_url(cluster)).status_code == 302
    browser.post(edit_url(cluster), {"valid_to": "2021"})
    assert Cluster.objects.get(pk=cluster.pk).valid_to is None
