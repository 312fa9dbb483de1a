"""Scripts that draw: short, and without JAX, which every start of theirs would pay for."""

import ast
from pathlib import Path

import pytest

from boed.jobs import provenance

SCRIPTS = sorted(Path("workflow/scripts").glob("draw_*.py"))


def imported(path):
    """Names of the packages that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_that_draws_is_short_and_imports_no_jax(script):
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 50
    seen, waiting = set(), [script]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += provenance.imported_modules(path, Path("src/boed"))
            assert not {"jax", "equinox", "optax"} & set(imported(path)), path
