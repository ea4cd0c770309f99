"""The tools that developers run: the hooks and the hosted CI do what `make lint` and `.ci/run` do."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
IGNORED_TYPE = re.compile(r"#\s*type:\s*ignore\b")
IGNORED_WITH_REASON = re.compile(r"# type:[ ]ignore\[[a-z, -]+\]  # \S.*")


def commands_of(target: str) -> list[str]:
    """The commands that `make TARGET` runs itself."""
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe, target
    return [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe[1].splitlines()]


def test_the_hooks_run_what_make_lint_runs():
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert repository["repo"] == "local"
    hooks = repository["hooks"]
    assert [hook["entry"] for hook in hooks] == commands_of("lint")
    assert len({hook["id"] for hook in hooks}) == len(hooks)
    for hook in hooks:
        # Nothing is fetched, and each command looks at all files, as in `make lint`.
        assert (hook["language"], hook["pass_filenames"]) == ("system", False)
        assert {"types", "types_or", "files"} & set(hook) or hook.get("always_run"), hook["id"]
        assert set(hook) <= {"id", "name", "entry", "language", "pass_filenames", "types", "types_or", "files"}


def test_the_hosted_ci_runs_ci_run_and_may_change_nothing():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["cancel-in-progress"] is True
    (job,) = workflow["jobs"].values()
    assert job["timeout-minutes"] <= 90
    assert job["container"]["image"].startswith("debian:")
    assert "permissions" not in job
    assert job["steps"][-1]["run"] == "bash .ci/run ${{ matrix.checks }}"
    assert job["strategy"]["matrix"]["checks"] == ["", "coverage"]
    assert "make coverage" in (ROOT / ".ci" / "run").read_text()
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action)] == []


def test_an_ignored_type_error_names_its_code_and_its_reason():
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]["files"]
    paths = [path for name in checked for path in [*(ROOT / name).rglob("*.py"), ROOT / name] if path.is_file()]
    ignored = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in paths
        for line in path.read_text().splitlines()
        if IGNORED_TYPE.search(line)
    ]
    assert ignored
    assert [line for line in ignored if not IGNORED_WITH_REASON.search(line)] == []


def test_the_ci_run_names_every_file_with_a_test_that_starts_a_portal_from_a_clean_clone():
    files = {file.relative_to(ROOT) for file in (ROOT / "tests" / "smoke").glob("test_*.py")}
    run = (ROOT / ".ci" / "run").read_text()
    assert files
    assert [str(file) for file in sorted(files) if str(file) not in run] == []
