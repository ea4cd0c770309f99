"""Portuguese is European everywhere: in the interface, in the demonstration, and in what CLDR gives."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from core.i18n import dates
from core.i18n.countries import country_names
from core.i18n.languages import cldr_locale, language_name
from tests.texts import catalogue, demonstration

CODE = (
    "core",
    "accounts",
    "clusters",
    "cities",
    "practices",
    "events",
    "calls",
    "home",
    "open_data",
    "search_engines",
    "search",
)
# Brazilian form (a pattern for a whole word) → what Portugal writes.
BRAZILIAN = {
    r"\w+(?:ôni|êni|ômi|êmi|ôno|êno)(?:c[oa]s?|m[oa]s?|[oa]s?)": "-óni-, -éni-, -ómi-, -émi-",
    r"gêneros?|prêmi\w+|bebês?|comitês?|tênis|cerimônias?|colônias?|fenômenos?": "género, prémio, comité …",
    r"ônibus|trens?|bondes?|pedestres?": "autocarro, comboio, elétrico, peão",
    r"celular(?:es)?|telas?|mouse|arquivos?|senhas?|salv(?:ar|e|o|ou)|delet\w+|download\w*": "telemóvel, ecrã",
    r"excluir|excluíd\w+|excluid\w+|exclua|clique|clicar|checar|checagem|acess(?:ar|e|ou)": "eliminar, carregar",
    r"usuári[oa]s?|cadastr\w+|registr\w+|gerenci\w+|monitorament\w+|planej\w+": "utilizador, registo",
    r"equipes?|times?|esporte\w*|esportiv\w+|mídias?|treinament\w+|compartilh\w+": "equipa, desporto, partilhar",
    r"contat\w+|fatos?|controles?|recepç\w+|concepç\w+|percepç\w+": "contacto, facto, controlo, receção",
    r"prefeitur\w+|prefeit[oa]s?|vereador\w*|favelas?|edita[li]s?|secretaria (?:municipal|de)": "câmara municipal",
    r"contracheques?|atacadistas?|varejo|varejistas?|aluguel|holerite": "recibo de vencimento, grossista",
    r"ensino (?:fundamental|médio)|vestibular|berçários?|pós-graduandos?": "ensino básico, ensino secundário",
    r"(?:est(?:á|ão|ava|avam|eve|iveram)|vem|vêm|vai|vão) \w+[aei]ndo": "está a fazer, not está fazendo",
    r"(?:estudantes|alunos|pessoas|que|turma|\(s\)),? se \w+(?:aram|eram|iram)": "formaram-se, not se formaram",
    r"vocês?|cadê|a gente|em um|em uma": "o senhor / impersonal; num, numa",
    r"irã|vietnã|polônia|estônia|letônia|quênia|romênia|eslovênia|armênia|macedônia|iêmen|tchec\w+": "Irão, Vietname …",
    r"moscou|bagdá|teerã|cingapura|amsterdã|copenhague|varsóvi[ao]s": "Moscovo, Bagdade, Teerão, Singapura",
    r"dezesseis|dezessete|dezenove|quatorze|bilh(?:ão|ões)": "dezasseis, mil milhões",
    r"aterrissa\w*|caminh(?:ão|ões)|geladeiras?|banheiros?|xícaras?|café da manhã|aposentad[oa]s?": "aterrar, camião …",
    r"pesquisador\w*|disponibiliz\w+|escritórios?|anistia|umidade|úmid[oa]s?|sutil|súditos?": "investigador …",
}
FORM = re.compile(r"(?<![\w@.%({-])(?:" + "|".join(BRAZILIAN) + r")(?!\w)", re.IGNORECASE)


@pytest.mark.parametrize("texts", [catalogue, demonstration])
def test_no_text_has_a_brazilian_form(texts):
    found = [
        f"{name}: {match[0]}" for name, text in texts("pt") for match in FORM.finditer(re.sub("<[^>]*>", " ", text))
    ]
    assert found == [], "\n".join([*found, *BRAZILIAN.values()])


def test_the_list_knows_brazilian_forms_and_no_european_ones():
    brazilian = "ônibus econômico gêneros prêmio planejamento usuários arquivo contato fato equipes prefeitura celular"
    european = "autocarro económico géneros prémio planeamento utilizadores ficheiro contacto facto equipas câmara"
    assert [bool(FORM.fullmatch(word)) for word in brazilian.split()] == [True] * 12
    assert not FORM.search(european)
    assert FORM.search("70% estavam trabalhando")
    assert not FORM.search("70% estavam a trabalhar")


def test_names_and_numbers_of_cldr_are_european():
    with translation.override("pt"):
        assert dates.number(12345) == "12\u00a0345"
        assert str(cldr_locale("pt")) == "pt_PT"
        assert language_name("cs", "pt") == "checo"
    found = {code: name for code, name in country_names("pt").items() if FORM.search(name)}
    assert found == {}


def test_babel_is_asked_for_a_locale_in_one_place():
    # `Locale.parse("pt")` is Brazilian; `cldr_locale("pt")` is not. Settings only look whether CLDR knows a code.
    direct = re.compile(r"Locale\.parse\(|Locale\(\"|locale=['\"]|from babel\.(?:dates|numbers|lists)")
    # typed_numbers: group signs of `cldr_locale`.
    allowed = {Path("core/i18n", name) for name in ("languages.py", "dates.py", "text.py", "typed_numbers.py")}
    found = [
        str(path.relative_to(settings.BASE_DIR))
        for app in CODE
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if direct.search(path.read_text(encoding="utf-8")) and path.relative_to(settings.BASE_DIR) not in allowed
    ]
    assert found == []
    own = re.compile(r"Locale\.parse\(|locale=(?!dates\.locale\(\)|locale\(\)|cldr\b)")
    assert not [
        name for name in ("dates", "text") if own.search((settings.BASE_DIR / f"core/i18n/{name}.py").read_text())
    ]
