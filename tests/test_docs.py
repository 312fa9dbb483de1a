"""What the pages say is so: their code runs in order and prints what they show, and every file,
function, setting and target that they name is there.
"""

import ast
import contextlib
import io
import itertools
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from test_architecture import ALLOWED

from boed.figures import catalogue

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
    for kind, following in itertools.pairwise([*kinds, ""]):
        assert kind != "python" or following == "text"


def test_lines_have_to_be_there_in_order():
    assert lines_in_order("one\nthree\n", "one\ntwo\nthree\n")
    assert not lines_in_order("three\none\n", "one\ntwo\nthree\n")
    assert not lines_in_order("four\n", "one\ntwo\nthree\n")


WINGS = {path.name for path in (ROOT / "src/boed").iterdir() if path.is_dir()} - {"__pycache__"}
FOLDERS = ("src/", "workflow/", "config/", "docs/", "tests/", "envs/", "profiles/", "examples/")
MADE = re.compile(r"(?:results/)?(figures/[\w/]+\.png|[\w/]+\.(?:csv|html))")
OF_THE_READER = {"mine.yaml"}


def spans(page):
    """What stands in backticks in the prose and the tables of a page."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]


def definitions(path):
    """Names that a module defines, of classes, functions and values."""
    for node in ast.parse(path.read_text()).body:
        targets = getattr(node, "targets", [getattr(node, "target", node)])
        yield from (getattr(target, "name", getattr(target, "id", None)) for target in targets)


def is_code(name):
    """Whether a dotted name, from a wing on, is a folder, a module, or what a module defines."""
    path = (ROOT / "src/boed").joinpath(*name.split("."))
    module = path.with_suffix(".py")
    above = path.parent.with_suffix(".py")
    return (
        path.is_dir() or module.is_file() or (above.is_file() and path.name in definitions(above))
    )


def is_setting(keys, node):
    """Whether keys lead one after the other into a configuration, from any place in it."""
    if not isinstance(node, dict):
        return False
    inner = node
    for key in keys:
        inner = inner.get(key) if isinstance(inner, dict) else None
        if inner is None:
            break
    return inner is not None or any(is_setting(keys, value) for value in node.values())


def words_of_the_code():
    """Every word that stands in the library, the workflow, the configuration or the Makefile."""
    files = [ROOT / "Makefile", ROOT / "Snakefile"]
    for folder, suffixes in (("src", ".py"), ("workflow", ".py .smk .yaml"), ("config", ".yaml")):
        files += [path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes.split()]
    return {word for path in files for word in re.findall(r"\w+", path.read_text())}


@pytest.fixture(scope="module")
def words():
    return words_of_the_code()


@pytest.fixture(scope="module")
def config():
    return yaml.safe_load((ROOT / "config/config.yaml").read_text())


def exists(span, words, config):
    """Whether what stands in backticks is there, if it is a name of code or of a setting."""
    if re.search(r"\.(nc|csv|html|png|pdf|py|md|yaml|smk|toml|cff)$", span):
        return True
    if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", span):
        return span in words or span in targets_of_examples()
    if not re.fullmatch(r"[a-z]\w*(\.[A-Za-z]\w*)+", span) or span.startswith("jax."):
        return True
    setting = span.split(".")[0] not in WINGS and is_setting(span.split("."), config)
    return setting or is_code(span)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_name_of_code_and_every_setting_is_there(page, words, config):
    assert not [span for span in spans(page) if not exists(span, words, config)]


def test_names_that_are_not_there_are_seen(words, config):
    gone = ["design.ad_eki.gained", "design.nothing", "calibration.centre", "no_such_setting"]
    assert not [span for span in gone if exists(span, words, config)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_is_there(page):
    text = page.read_text()
    for path in re.findall(r"\]\(([^)#h][^)]*)\)", text):
        assert (page.parent / path).exists(), path
    names = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*")}
    names |= {path.name for path in ROOT.iterdir()}
    for span in spans(page):
        if span.startswith(FOLDERS):
            assert (ROOT / span).exists(), span
        elif re.fullmatch(r"\w+\.(py|md|yaml|smk|toml)", span):
            assert span in names | OF_THE_READER, span


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_figure_and_table_is_made(page):
    _, entries = catalogue.read(ROOT / "docs/figures.yaml")
    for span in spans(page):
        path = MADE.fullmatch(span)
        if path and "/" in span:
            assert catalogue.entry_of(entries, path[1]), span


def targets_of_examples():
    """Studies of the examples' configurations, and their checks."""
    files = (ROOT / "examples").glob("*/*.yaml")
    studies = [name for file in files for name in yaml.safe_load(file.read_text())["studies"]]
    return {*studies, *(f"check_{name}" for name in studies)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_is_there(page):
    text = page.read_text()
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = "\n".join([*spans(page), *(block.text for block in blocks(page))])
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", code, re.MULTILINE)) <= known
    targets = {target["name"] for target in catalogue.read(ROOT / "docs/figures.yaml")[0]}
    targets |= targets_of_examples()
    for target in re.findall(r"bin/snakemake ([a-z][\w/.]*)", text):
        assert target in targets or catalogue.entry_of(
            catalogue.read(ROOT / "docs/figures.yaml")[1], target.removeprefix("results/")
        )


def test_the_diagram_of_the_wings_is_what_imports_may_do():
    """What an arrow leads to, directly or through others, is what the architecture allows."""
    page = (ROOT / "docs/architecture.md").read_text().partition("## The wings")[2]
    drawn = re.findall(r"^  (\w+) --> (\w+)$", page.partition("```\n\n")[0], re.MULTILINE)
    assert following(drawn) == following(
        [(near, here) for here, allowed in ALLOWED.items() for near in allowed]
    )


def following(arrows):
    """All pairs that arrows connect, one after the other."""
    pairs = set(arrows)
    while more := {(a, d) for a, b in pairs for c, d in pairs if b == c} - pairs:
        pairs |= more
    return pairs


def test_arrows_follow_each_other():
    assert following([("a", "b"), ("b", "c")]) == {("a", "b"), ("b", "c"), ("a", "c")}


def test_the_readme_is_read_to_the_end():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 130
