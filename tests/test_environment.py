"""The environment's two descriptions agree, and the lock pins everything by hash."""

import re
from pathlib import Path

import yaml

LOCK = Path("envs/requirements.lock").read_text()


def test_the_conda_file_pins_versions_of_the_lock():
    pip = yaml.safe_load(Path("envs/environment.yaml").read_text())["dependencies"][-1]["pip"]
    for pin in pip:
        assert re.search(rf"^{re.escape(pin)}( |$)", LOCK, re.MULTILINE), pin


def test_every_requirement_of_the_lock_is_pinned_and_hashed():
    blocks = re.split(
        r"\n(?=[a-z0-9])", "\n".join(line for line in LOCK.splitlines() if not line.startswith("#"))
    )
    for block in filter(None, map(str.strip, blocks)):
        assert re.match(r"[a-z0-9._-]+==\S+", block), block[:60]
        assert "--hash=sha256:" in block, block[:60]


def test_every_direct_dependency_is_locked():
    direct = [
        line
        for line in Path("envs/requirements.in").read_text().splitlines()
        if line and line[0] != "#"
    ]
    for name in direct:
        assert re.search(rf"^{re.escape(name.split('==')[0])}==", LOCK, re.MULTILINE), name
