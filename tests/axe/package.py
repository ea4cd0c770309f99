"""The package of axe-core, in the newest version of the npm registry.

`script()` fetches it with npm, checks its checksum and caches it in `.axe/` in the project. For a newer version,
change VERSION and INTEGRITY: `npm view axe-core version dist.integrity`.
"""

import base64
import fcntl
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.14.1"
INTEGRITY = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
CACHE = Path(__file__).parents[2] / ".axe"
SCRIPT = "package/axe.min.js"


def script() -> str:
    """Return the JavaScript of axe.

    Raises subprocess.CalledProcessError if npm fails, ValueError if the package has another checksum.
    """
    CACHE.mkdir(exist_ok=True)
    path = CACHE / f"axe-{VERSION}.js"
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            with tempfile.TemporaryDirectory(dir=CACHE) as draft:
                unpacked = Path(draft) / "axe.js"
                unpacked.write_bytes(_fetched(Path(draft)))
                unpacked.rename(path)
    return path.read_text()


def _fetched(folder: Path) -> bytes:
    command = ["npm", "pack", f"axe-core@{VERSION}", "--silent", "--ignore-scripts", "--pack-destination", str(folder)]
    subprocess.run(command, cwd=folder, stdout=sys.stderr.fileno(), check=True)
    (archive,) = folder.glob("*.tgz")
    found = f"sha512-{base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()}"
    if found != INTEGRITY:
        raise ValueError(f"axe-core {VERSION} has the checksum {found}, not {INTEGRITY}.")
    with tarfile.open(archive) as files:
        member = files.extractfile(SCRIPT)
        assert member, f"The package has no {SCRIPT}."
        return member.read()
