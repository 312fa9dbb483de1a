"""The house: wings whose imports run one way, small files, short functions."""

import ast
from pathlib import Path

import pytest

from boed.jobs import provenance

SOURCE = Path("src/boed")
# a wing → those that it may import; every wing may import itself and the modules at the root of the
# package
ALLOWED = {
    "numerics": set(),
    "inference": {"numerics"},
    "design": {"numerics", "inference"},
    "systems": {"numerics", "inference"},
    "jobs": set(),
    "studies": {"numerics", "inference", "design", "systems", "jobs"},
    "costs": {"numerics", "inference", "design", "systems", "studies", "jobs"},
    "claims": {"jobs"},
    "figures": {"jobs"},
    "config": {"systems", "jobs"},
}
# run by every start of Snakemake, or by every figure: no JAX, however it is reached
WITHOUT_JAX = ("jobs", "claims", "figures", "config")
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.name != "__init__.py")
CODE = [*MODULES, *sorted(Path("workflow/scripts").glob("*.py"))]
# what no formatter wraps; the schema is made from the model, and its lines end where the dump's do
SCHEMA = Path("workflow/schemas/config.schema.yaml")
UNFORMATTED = sorted(
    {
        Path("Makefile"),
        Path("Snakefile"),
        *Path("workflow").rglob("*.smk"),
        *Path("workflow").rglob("*.yaml"),
        *Path("workflow/report").glob("*.rst"),
        *Path("config").rglob("*.yaml"),
    }
    - {SCHEMA}
)


def imported(path):
    """Dotted names of all that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wing(parts):
    """The wing of a module below the package, None at its root."""
    return parts[0] if len(parts) > 1 else None


def arrows():
    """{(wing, imported wing)}: what the package's imports draw."""
    found = set()
    for path in MODULES:
        here = wing(path.relative_to(SOURCE).parts)
        for name in imported(path):
            there = name.split(".")[1:]
            if name.startswith("boed.") and there[0] in ALLOWED and there[0] != here:
                found.add((here, there[0]))
    return found


def test_every_folder_is_a_wing():
    folders = {
        path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__"
    }
    assert folders == set(ALLOWED)


def test_imports_between_wings_run_one_way():
    drawn = arrows()
    assert drawn <= {(here, there) for here, allowed in ALLOWED.items() for there in allowed}


def test_no_wing_reaches_itself_through_others():
    reached = {name: set(allowed) for name, allowed in ALLOWED.items()}
    for _ in ALLOWED:
        for name, own in reached.items():
            reached[name] = own | {far for near in own for far in reached[near]}
    assert not [name for name, own in reached.items() if name in own]


def behind(path):
    """A module and all of the package that it imports, directly or not."""
    found, waiting = set(), [path]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += provenance.imported_modules(here, SOURCE)
    return found


def test_what_every_start_runs_imports_no_jax():
    for path in MODULES:
        if wing(path.relative_to(SOURCE).parts) in WITHOUT_JAX:
            for other in behind(path):
                heavy = {"jax", "equinox", "optax"} & {n.split(".")[0] for n in imported(other)}
                assert not heavy, f"{path} by way of {other}"


def test_jobs_that_run_a_black_box_start_without_jax():
    """There are many, and their runs may be short."""
    for path in behind(Path("workflow/scripts/run_black_box.py")):
        assert not {"jax", "equinox", "optax"} & {n.split(".")[0] for n in imported(path)}, path


def test_every_init_is_empty():
    """Or a script's closure would be the whole library."""
    folders = {path.parent for path in MODULES} | {SOURCE / name for name in ALLOWED} | {SOURCE}
    for folder in folders:
        assert (folder / "__init__.py").read_bytes() == b"", folder


def test_no_folder_holds_more_than_fifteen_modules():
    for folder in {path.parent for path in MODULES}:
        assert len([path for path in MODULES if path.parent == folder]) <= 15, folder


@pytest.mark.parametrize("path", CODE, ids=str)
def test_files_and_functions_are_short(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= (50 if path.parent.name == "scripts" else 300)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno - node.lineno < 50, node.name
            taken = [*node.args.args, *filter(None, [node.args.vararg]), *node.args.kwonlyargs]
            names = [argument.arg for argument in taken if argument.arg not in ("self", "cls")]
            assert len(names) <= 5, node.name
    assert "fmt: skip" not in text


@pytest.mark.parametrize("path", UNFORMATTED, ids=str)
def test_lines_that_no_formatter_wraps_are_short(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > 100] == []
