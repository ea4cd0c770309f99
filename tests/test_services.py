"""A missing program is reported in the summary, and fails the run under CI."""

import pytest

from tests import services

ABSENT = services.Service("Teapot", lambda: None, "apt-get install teapot")
PRESENT = services.Service("Kettle", lambda: "/usr/bin/kettle", "apt-get install kettle")


def test_what_is_found_is_used():
    assert services.need(PRESENT) == "/usr/bin/kettle"


def test_what_is_absent_skips_the_test_and_names_the_command(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install teapot"):
        services.need(ABSENT)


def test_what_is_absent_under_ci_fails(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install teapot"):
        services.need(ABSENT)


def test_coverage_is_demanded_where_nothing_is_skipped(monkeypatch, capsys):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(services, "SERVICES", (PRESENT,))
    services.main()
    assert capsys.readouterr().out == "--cov-fail-under=95\n"
    monkeypatch.setattr(services, "SERVICES", (PRESENT, ABSENT))
    services.main()
    said = capsys.readouterr()
    assert said.out == ""
    assert "Teapot" in said.err


pytest_plugins = ["pytester"]


def test_the_last_lines_of_a_run_sum_up_what_was_skipped(pytester, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    pytester.makeconftest(
        "from tests import services\n"
        "def pytest_terminal_summary(terminalreporter):\n"
        "    services.report_skipped(terminalreporter)\n"
    )
    pytester.makepyfile(
        "from tests.services import Service, need\n"
        "TEAPOT = Service('Teapot', lambda: None, 'apt-get install teapot')\n"
        "def test_tea(): need(TEAPOT)\n"
        "def test_more_tea(): need(TEAPOT)\n"
        "def test_water(): pass\n"
    )
    result = pytester.runpytest("-p", "no:randomly", "-p", "no:django")
    result.stdout.fnmatch_lines(["*NOT EVERYTHING WAS TESTED*", "2 tests skipped. *apt-get install teapot"])
