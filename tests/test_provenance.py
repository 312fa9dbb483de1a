"""Digests of code: what a job depends on, and edits that do and do not count."""

from pathlib import Path

import pytest

from boed import provenance

PACKAGE, SCRIPTS = Path("src/boed"), Path("workflow/scripts")


@pytest.fixture
def package(tmp_path):
    """A package a → b → c and an unrelated d, with a script that imports a."""
    folder = tmp_path / "boed"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "a.py").write_text('"""A."""\nfrom boed.b import f\n')
    (folder / "b.py").write_text('"""B."""\n\n\ndef f():\n    """Doc."""\n    import boed.c as c\n    return c.x\n')
    (folder / "c.py").write_text("x = 1\n")
    (folder / "d.py").write_text("y = 2\n")
    (tmp_path / "script.py").write_text("from boed import a\n")
    return tmp_path


def digests(root):
    provenance._parse.cache_clear()
    provenance.digest.cache_clear()
    provenance.imported_modules.cache_clear()
    return provenance.closure_digests(root / "script.py", root / "boed")


def test_closure_follows_imports_and_stops_at_what_is_not_imported(package):
    assert list(digests(package)) == ["a", "b", "c", "script"]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ('"""Doc."""', '"""Other words."""', False),
        ('"""B."""', '"""Other words."""\n# and a comment', False),
        ("return c.x", "return  (c.x)  # layout", False),
        ("return c.x", "return c.x + 1", True),
        ("def f", "def g", True),
    ],
)
def test_only_edits_of_code_count(package, old, new, changes):
    before = digests(package)
    path = package / "boed/b.py"
    path.write_text(path.read_text().replace(old, new))
    after = digests(package)
    assert (before["b"] != after["b"]) == changes
    assert {k: v for k, v in before.items() if k != "b"} == {k: v for k, v in after.items() if k != "b"}


def test_a_docstring_is_not_confused_with_an_empty_body(package):
    path = package / "boed/b.py"
    path.write_text('def f():\n    """Only this."""\n')
    assert digests(package)["b"]


def test_figures_do_not_import_jax():
    for script in SCRIPTS.glob("draw_*.py"):
        for name in provenance.closure_digests(script, PACKAGE):
            path = (PACKAGE if name != script.stem else SCRIPTS) / f"{name}.py"
            assert "import jax" not in path.read_text(), f"{script.name} imports jax by way of {name}"


def test_of_a_stages_halves_the_kernel_of_the_inversion_is_behind_the_second_only():
    behind = {p.stem for p in SCRIPTS.glob("*.py") if "eki" in provenance.closure_digests(p, PACKAGE)}
    halves = {"locate_source", "learn_discrepancy", "choose_uncalibrated"}
    assert halves <= {p.stem for p in SCRIPTS.glob("*.py")}
    assert behind & halves == {"learn_discrepancy"}


def test_the_packages_init_is_empty():
    """Or every script's closure would be the whole library."""
    assert (PACKAGE / "__init__.py").read_text() == ""
