"""What the pages say is so: their code runs in order and prints what they show, and every file,
function, setting and target that they name is there.
"""

import contextlib
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


class Block(NamedTuple):
    """A fenced block of a page: the word after its fence, and its text."""

    kind: str
    text: str


def blocks(page):
    """The fenced blocks of a page, in order."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)
    return [Block(*block) for block in found]


def printed(code, namespace):
    """What Python code prints."""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(compile(code, "page", "exec"), namespace)
    return output.getvalue()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of the repository, as the working folder."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    if not (tmp_path / ".venv").exists():
        (tmp_path / ".venv").symlink_to(sys.prefix)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def command(line):
    """All that a shell command prints; it must not fail."""
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def run(page):
    """Run a page in order: Python in one namespace, commands, files to write. Below Python stands
    what it prints, below a command some of its lines.
    """
    namespace, output, exact = {}, "", True
    for block in blocks(page):
        if block.kind == "python":
            output, exact = printed(block.text, namespace), True
        elif block.kind == "sh":
            output, exact = command(block.text), False
        elif block.kind == "yaml":
            Path(re.match(r"# (\w+\.yaml)\n", block.text)[1]).write_text(block.text)
        elif block.kind == "text":
            assert output == block.text if exact else lines_in_order(block.text, output), output


@pytest.mark.slow
def test_the_library_with_a_model_of_your_own():
    run(ROOT / "docs/own_model.md")


@pytest.mark.slow
def test_the_tutorial(checkout):
    run(ROOT / "docs/tutorial.md")


def lines_in_order(shown, output):
    """Whether all lines that are shown stand in an output, in this order."""
    place = 0
    for line in shown.splitlines():
        place = output.find(line, place) + len(line)
        if place < len(line):
            return False
    return True


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_prints_what_the_page_shows_below_it(page):
    kinds = [block.kind for block in blocks(page)]
    for kind, following in zip(kinds, [*kinds[1:], ""], strict=True):
        assert kind != "python" or following == "text"


def test_lines_have_to_be_there_in_order():
    assert lines_in_order("one\nthree\n", "one\ntwo\nthree\n")
    assert not lines_in_order("three\none\n", "one\ntwo\nthree\n")
    assert not lines_in_order("four\n", "one\ntwo\nthree\n")
