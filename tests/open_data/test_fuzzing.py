"""A program that makes up requests from the description of the API finds no error and no undocumented answer."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.demonstration import served

CASES = 200
"""How many requests are made up for each address, beside those at the limits of every parameter."""


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(1, 4))
def test_no_request_is_answered_with_an_error_or_in_an_undocumented_way(demonstration, tmp_path, seed):
    # A long list of values makes an address that is longer than a web server takes; the API itself has to answer it.
    with served(demonstration, tmp_path / "data", GUNICORN_CMD_ARGS="--limit-request-line 0") as address:
        command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}/api/v1/openapi.json"]
        options = ["--url", address, "--max-examples", str(CASES), "--seed", str(seed), "--no-color"]
        run = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-20_000:]
