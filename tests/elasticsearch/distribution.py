"""The server for the tests: Elastic's published archive, and a module that it lacks.

`lay_out()` downloads the archive with Maven, checks its checksum, unpacks it and compiles
AnalysisCommon.java into it. The result is cached in `.elasticsearch/` in the project, or in the folder
ELASTICSEARCH_TEST_CACHE.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
VERSION = "8.19.21"
ARCHIVE = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
# Computed from the archive whose SHA-1 is the published 8861771bbfe2fab12ccc386bc8b4c5c6f9619865.
ARCHIVE_SHA256 = "215d5f3dbf0609a149f6218a9e47b6ae2df34ebbff3c5754e35f15a5e5393c8a"
COPY_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
MODULE_SOURCE = HERE / "AnalysisCommon.java"
MODULE_DESCRIPTOR = f"""\
name=analysis-common
description=What the test archive lacks of the official module
version={VERSION}
elasticsearch.version={VERSION}
java.version=17
classname=org.lyceum.tests.AnalysisCommon
"""


def tools() -> str | None:
    """Return the path of Maven if this machine can run the server (Linux with Maven and a JDK), else None."""
    return shutil.which("mvn") if sys.platform == "linux" and shutil.which("javac") else None


def jdk() -> Path:
    """Return the folder of the JDK: JAVA_HOME, or that of `javac`."""
    if home := os.environ.get("JAVA_HOME"):
        return Path(home)
    compiler = shutil.which("javac")
    assert compiler, "There is no JDK here; `tools()` tells before."
    return Path(compiler).resolve().parents[1]


def lay_out(target: Path) -> None:
    """Put a server that is ready to run into `target`.

    Raises subprocess.CalledProcessError if Maven or the compiler fails, ValueError if the archive has
    another checksum.
    """
    cache = Path(os.environ.get("ELASTICSEARCH_TEST_CACHE") or HERE.parents[1] / ".elasticsearch")
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Links, because the user of the server may have no access to the folder of the project.
        shutil.copytree(_prepared(cache), target, copy_function=_link_or_copy)


def _prepared(cache: Path) -> Path:
    """Return the server in the cache; make it if it is missing or its module has changed."""
    recipe = hashlib.sha256(MODULE_SOURCE.read_bytes() + MODULE_DESCRIPTOR.encode()).hexdigest()
    folder = cache / f"elasticsearch-{VERSION}-{recipe[:12]}"
    if not folder.exists():
        for outdated in cache.glob("elasticsearch-*"):
            shutil.rmtree(outdated)
        with tempfile.TemporaryDirectory(dir=cache) as draft:
            home = _unpacked(_fetched(Path(draft)))
            _add_module(home)
            # The server does not run as root, but root may have unpacked it.
            subprocess.run(["chmod", "-R", "a+rX", home], check=True)
            home.rename(folder)
    return folder


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def _fetched(folder: Path) -> Path:
    """Download the archive into the folder and return its path."""
    options = ["--batch-mode", "--no-transfer-progress", "--quiet", "--strict-checksums"]
    copy = [COPY_GOAL, f"-Dartifact={ARCHIVE}", f"-DoutputDirectory={folder}"]
    subprocess.run(["mvn", *options, *copy], cwd=folder, stdout=sys.stderr.fileno(), check=True)
    (archive,) = folder.glob("*.zip")
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != ARCHIVE_SHA256:
        raise ValueError(f"{ARCHIVE} has the SHA-256 {found}, not {ARCHIVE_SHA256}.")
    return archive


def _unpacked(archive: Path) -> Path:
    subprocess.run([jdk() / "bin/jar", "xf", archive], cwd=archive.parent, check=True)
    return archive.parent / f"elasticsearch-{VERSION}"


def _add_module(home: Path) -> None:
    module = home / "plugins" / "analysis-common"
    module.mkdir()
    (module / "plugin-descriptor.properties").write_text(MODULE_DESCRIPTOR)
    with tempfile.TemporaryDirectory() as classes:
        options = ["--release", "17", "-Xlint:-classfile", "-cp", f"{home}/lib/*", "-d", classes]
        subprocess.run([jdk() / "bin/javac", *options, MODULE_SOURCE], check=True)
        packed: list[str | Path] = ["cf", module / "analysis-common.jar", "-C", classes, "."]
        subprocess.run([jdk() / "bin/jar", *packed], check=True)
