"""Names are sorted by the alphabet of the reader's language."""

import pytest

from cities.alphabet import sort_key


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Århus", "Beijing", "Łódź", "London", "Osan", "Øygarden", "Zürich"]),
        ("es", ["Ávila", "Bogotá", "Ñemby", "Ybycuí"]),
        ("ru", ["Ижевск", "Йошкар-Ола", "Омск", "Уфа"]),
        ("ar", ["أثينا", "إسبو", "الجبيل", "بيجين", "كورك"]),
        # By pinyin: Běijīng, Chéngdū, Chóngqìng, Dūbólín, Kēkè, Shànghǎi, Xiàmén.
        ("zh-hans", ["北京", "成都", "重庆", "都柏林", "科克", "上海", "厦门"]),
        # Syllable by syllable: Xī’ān before Xiàmén and Xiānggǎng.
        ("zh-hans", ["西安", "厦门", "香港"]),
        # Bì, not mì; cháng, not zhǎng.
        ("zh-hans", ["北京", "秘鲁", "长春", "丹麦"]),
    ],
)
def test_a_list_follows_the_reader_s_alphabet(language, names):
    mixed = names[::-1]
    mixed.sort(key=lambda name: sort_key(name, language))
    assert mixed == names


def test_case_and_marks_do_not_change_the_order():
    assert sort_key("SÃO PAULO", "pt") == sort_key("Sao Paulo", "pt")
    assert sort_key("Королёв", "ru") == sort_key("Королев", "ru")
