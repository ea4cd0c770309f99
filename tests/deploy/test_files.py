"""The files of deploy/ agree with the code, with each other, and with the programs that read them."""

import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, get_commands, load_command_class

from tests import services

ROOT = Path(settings.BASE_DIR)
DEPLOY = ROOT / "deploy"
DOCUMENT = ROOT / "docs" / "operations.md"
APPS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
VARIABLE = re.compile(r"^#?([A-Z][A-Z_]+)=", re.MULTILINE)
KNOWN = set(VARIABLE.findall((ROOT / ".env.example").read_text()))
# What portal.settings.production requires.
REQUIRED = set(
    re.findall(r'env(?:\.list)?\("([A-Z_]+)"\)', (ROOT / "portal" / "settings" / "production.py").read_text())
)


# --- systemd --------------------------------------------------------------------------------


def test_systemd_takes_the_units(tmp_path):
    program = services.need(services.SYSTEMD)
    python = tmp_path / "app" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    paths = []
    for path in (DEPLOY / "systemd").glob("*.*er*"):
        paths.append(tmp_path / path.name)
        paths[-1].write_text(path.read_text().replace("/srv/lyceum/app", str(tmp_path / "app")))
    assert len(paths) == 4
    verified = subprocess.run([program, "verify", "--man=no", *paths], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")


def test_the_services_start_what_there_is():
    web, worker, backup = (
        re.findall(r"^ExecStart=(.+)", (DEPLOY / "systemd" / f"lyceum-{name}.service").read_text(), re.MULTILINE)[0]
        for name in ("web", "worker", "backup")
    )
    assert "gunicorn --config python:portal.gunicorn" in web
    assert web.endswith(" portal.wsgi")
    assert worker.endswith("manage.py worker")
    assert 'manage.py backup "/var/backups/lyceum/$(date +%%F)"' in backup
    assert {"worker", "backup", "restore", "deploy"} <= set(get_commands())


# --- Variables ------------------------------------------------------------------------------


def compose(name: str = "compose.yaml") -> dict:
    return yaml.safe_load((DEPLOY / name).read_text())


def test_every_installation_gets_what_production_requires_and_nothing_unknown():
    debian = set(VARIABLE.findall((DEPLOY / "systemd" / "env.example").read_text()))
    containers = set(compose()["x-portal"]["environment"])
    assert {"SECRET_KEY", "EMAIL_URL"} <= REQUIRED
    for variables in (debian, containers):
        assert REQUIRED - variables == set()
        assert variables - KNOWN == set()
        assert "TRUSTED_PROXY_COUNT" in variables


def test_the_examples_have_no_secret_that_somebody_could_leave():
    for path in DEPLOY.rglob("env.example"):
        assert re.search(r"^SECRET_KEY=$", path.read_text(), re.MULTILINE), path


def test_the_variables_of_the_containers_are_in_their_example():
    named = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))
    assert named - {"VERSION", "REQUIRE_STAFF_SECOND_FACTOR"} == set(
        VARIABLE.findall((DEPLOY / "env.example").read_text())
    )


# --- Containers -----------------------------------------------------------------------------


def test_the_containers_can_do_no_more_than_they_need():
    found = compose()["services"]
    assert {"web", "worker", "deploy", "nginx", "postgresql", "redis", "elasticsearch", "mail-catcher"} == set(found)
    for name, service in found.items():
        image = service["image"]
        assert re.search(r":(\$\{VERSION|v?\d)", image), image
        assert not service.get("privileged")
        if name not in {"postgresql", "elasticsearch"}:
            assert service["read_only"] is True, name
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
    assert found["mail-catcher"]["profiles"] == ["mail-catcher"]
    # Only nginx is reachable from other machines.
    ports = {name: service.get("ports", []) for name, service in found.items()}
    assert {name for name, given in ports.items() if any(not port.startswith("127.") for port in given)} == {"nginx"}


def test_what_the_containers_mount_is_there():
    for name in ("compose.yaml", "elasticsearch/compose.yaml"):
        folder = (DEPLOY / name).parent
        for service in compose(name)["services"].values():
            for volume in service.get("volumes", []):
                source = volume.split(":")[0]
                if source.startswith("./"):
                    assert (folder / source).exists(), volume


def test_the_image_has_every_app_and_no_root():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    wanted = {line[1:] for line in ignored if line.startswith("!")}
    assert ignored[1] == "*"
    assert set(APPS) | {"locale", "templates", "static", "scripts", "manage.py", "requirements.txt"} <= wanted
    assert [name for name in wanted if not (ROOT / name).exists()] == []
    # Also what git does not keep, such as the pictures of the guides in static/guides.
    assert [line for line in ignored[2:] if not line.startswith("!")] == ["**/__pycache__", "**/*.mo"]
    steps = (DEPLOY / "Dockerfile").read_text()
    assert "--require-hashes" in steps
    assert re.findall(r"^USER (\w+)", steps, re.MULTILINE) == ["lyceum"]
    assert "HEALTHCHECK" in steps
    assert "catalogues.py compile" in steps
    programs = [line for line in steps.splitlines() if line.startswith("CMD")]
    assert "python:portal.gunicorn" in programs[-1]


# --- The document ---------------------------------------------------------------------------


def commands() -> list[list[str]]:
    """The words of each command of the document."""
    blocks = re.findall(r"```(?:sh)?\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def test_the_commands_of_the_document_name_what_there_is():
    installed = set()
    for words in commands():
        for word in words:
            if word.startswith(("deploy/", "scripts/")) and not word.endswith(".env"):
                assert (ROOT / word).exists(), word
                installed.add(word)
            if word.startswith("lyceum-"):
                name = word if "." in word else f"{word}.service"
                assert (DEPLOY / "systemd" / name).exists(), word
        if "manage.py" in words:
            name, *arguments = words[words.index("manage.py") + 1 :]
            command = load_command_class(get_commands()[name], name)
            command.create_parser("manage.py", name).parse_args(arguments)
    files = {str(path.relative_to(ROOT)) for path in DEPLOY.glob("systemd/*")} | {
        str(path.relative_to(ROOT)) for path in DEPLOY.glob("nginx/*")
    }
    assert files - installed == set()
    assert len(commands()) > 30


def test_an_unknown_option_in_the_document_would_be_seen():
    parser = load_command_class("operations", "restore").create_parser("manage.py", "restore")
    with pytest.raises(CommandError, match="unrecognized arguments"):
        parser.parse_args(["a", "--overwrite"])


@pytest.mark.parametrize("script", ["systemd/run-as-lyceum", "elasticsearch/users.sh"])
def test_the_scripts_are_written_for_a_plain_shell(script):
    assert (DEPLOY / script).stat().st_mode & 0o111
    assert subprocess.run(["sh", "-n", DEPLOY / script], capture_output=True).returncode == 0
