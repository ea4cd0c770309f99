"""Tags and filters of the components."""

from datetime import time

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.html import format_html


def rendered(source: str, **context) -> str:
    return Template("{% load portal_components %}" + source).render(Context(context))


def test_a_status_has_a_label_a_tone_and_a_shape():
    tag = rendered('{% status_tag "extended" %}')
    assert "Open – deadline extended" in tag
    assert "tag--due" in tag
    assert "<svg" in tag


def test_a_page_can_replace_the_label_of_a_status():
    tag = rendered('{% status_tag "member" words %}', words="Member since 2016 & proud")
    assert "Member since 2016 &amp; proud" in tag


def test_an_unknown_status_is_an_error():
    with pytest.raises(KeyError):
        rendered('{% status_tag "nonsense" %}')


def test_the_same_text_is_escaped_unless_it_is_marked_safe():
    safe = format_html("<i>{}</i>", "Member")
    assert safe in rendered('{% status_tag "member" words %}', words=safe)
    assert "&lt;i&gt;Member" in rendered('{% status_tag "member" words %}', words="<i>Member</i>")


def test_a_cluster_is_shown_with_its_sign_and_name_and_links_to_its_hub():
    literacy = {"code": "literacy", "sign": "book", "name": "Reading & writing", "url": "/en/clusters/literacy/"}
    sign = rendered("{% cluster_sign cluster %}", cluster=literacy)
    assert "#book" in sign
    assert '<a class="title-link" href="/en/clusters/literacy/">Reading &amp; writing</a>' in sign
    assert "cluster--large" not in sign
    assert 'hreflang="ar"' in rendered("{% cluster_sign cluster %}", cluster=literacy | {"language": "ar"})
    legend = rendered('{% cluster_sign cluster large=True meta="7 practices" %}', cluster=literacy)
    assert "cluster--large" in legend
    assert "7 practices" in legend


def test_a_cluster_without_a_hub_is_not_a_link():
    assert "<a" not in rendered(
        "{% cluster_sign cluster %}", cluster={"code": "health", "sign": "leaf", "name": "Health"}
    )


def test_text_in_another_language_has_its_code_and_direction():
    assert rendered('{% language_attributes "ar" %}') == 'lang="ar" dir="rtl"'
    assert rendered('{% language_attributes "zh-hans" %}') == 'lang="zh-Hans" dir="ltr"'


@pytest.mark.parametrize("code", ["en", ""])
def test_text_in_the_language_of_the_page_has_no_attributes(code):
    assert rendered("{% language_attributes code %}", code=code) == ""


@pytest.mark.parametrize(
    ("language", "quotation"),
    [("en", "“Yes.”"), ("fr", "«\u202fYes.\u202f»"), ("ar", "«Yes.»"), ("ru", "«Yes.»"), ("zh-hans", "“Yes.”")],
)
def test_a_quotation_has_the_quotation_marks_of_its_language(language, quotation):
    assert rendered("{{ words|quoted:language }}", words="Yes.", language=language) == quotation


def test_a_quotation_without_language_has_the_quotation_marks_of_the_page():
    with translation.override("es"):
        assert rendered("{{ words|quoted }}", words="Sí.") == "«Sí.»"


def test_a_quotation_cannot_bring_markup():
    assert "<b>" not in rendered("{{ words|quoted }}", words="<b>Yes</b>")


@pytest.mark.parametrize(
    ("when", "angle"), [(time(0), "0"), (time(6), "90"), (time(18), "270"), (time(23, 59), "0"), (time(12, 30), "188")]
)
def test_the_hand_of_a_dial_turns_once_a_day_from_midnight_at_the_top(when, angle):
    with translation.override("fr"):
        assert rendered("{{ when|dial_angle }}", when=when) == angle


def test_a_negative_number_has_a_minus_sign_and_no_hyphen():
    assert rendered("{{ number|minus_sign }}", number="-31 %") == "−31 %"


def test_a_language_is_called_by_its_own_name():
    assert rendered('{{ "fr"|own_name }} {{ "zh-hans"|own_name }}') == "Français 中文"


def test_the_checkboxes_of_a_facet_show_their_count_and_state():
    options = [
        {"value": "fr", "label": "Français", "count": 1200, "checked": True, "language": "fr"},
        {"value": "<en>", "label": "A & B", "count": 0, "checked": False},
    ]
    ticked, other = rendered("{% facet_options options 'spoken' %}", options=options).split("</li><li>")
    assert 'id="spoken-fr" type="checkbox" name="spoken" value="fr" checked>' in ticked
    assert 'lang="fr" dir="ltr">Français</span>' in ticked
    assert ">1200</span>" in ticked
    assert 'value="&lt;en&gt;">' in other
    assert "A &amp; B" in other
    assert ">0</span>" in other
