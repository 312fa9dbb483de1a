"""Digests of code: what a job depends on, and edits that do and do not count."""

from pathlib import Path

import pytest

from boed.jobs import provenance

PACKAGE, SCRIPTS = Path("src/boed"), Path("workflow/scripts")


@pytest.fixture
def package(tmp_path):
    """A package a → b → c and an unrelated d, with a script that imports a."""
    folder = tmp_path / "boed"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "a.py").write_text('"""A."""\nfrom boed.b import f\n')
    (folder / "b.py").write_text(
        '"""B."""\n\n\ndef f():\n    """Doc."""\n    import boed.c as c\n    return c.x\n'
    )
    (folder / "c.py").write_text("x = 1\n")
    (folder / "d.py").write_text("y = 2\n")
    (folder / "wing").mkdir()
    (folder / "wing/__init__.py").write_text("")
    (folder / "wing/c.py").write_text("z = 3\n")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/script.py").write_text("from boed import a\n")
    return tmp_path


def digests(root):
    provenance._parse.cache_clear()
    provenance.digest.cache_clear()
    provenance.imported_modules.cache_clear()
    return provenance.closure_digests(root / "scripts/script.py", root / "boed")


def test_closure_follows_imports_and_stops_at_what_is_not_imported(package):
    assert list(digests(package)) == ["boed/a.py", "boed/b.py", "boed/c.py", "scripts/script.py"]


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
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == ["boed/b.py"] * changes


@pytest.mark.parametrize(
    "line", ["from boed.wing import c", "from boed.wing.c import z", "import boed.wing.c"]
)
def test_modules_of_one_name_in_two_wings_stay_apart(package, line):
    (package / "boed/d.py").write_text("from boed import c\n")
    (package / "scripts/c.py").write_text(f"from boed import d\n{line}\n")
    provenance.imported_modules.cache_clear()
    found = provenance.closure_digests(package / "scripts/c.py", package / "boed")
    assert list(found) == ["boed/c.py", "boed/d.py", "boed/wing/c.py", "scripts/c.py"]
    assert len(set(found.values())) == 4


def test_what_a_packages_init_runs_counts(package):
    (package / "scripts/script.py").write_text("from boed.wing.c import z\n")
    before = digests(package)
    (package / "boed/wing/__init__.py").write_text("from boed import d\n")
    assert set(digests(package)) - set(before) == {"boed/wing/__init__.py", "boed/d.py"}


def test_a_docstring_is_not_confused_with_an_empty_body(package):
    path = package / "boed/b.py"
    path.write_text('def f():\n    """Only this."""\n')
    assert digests(package)["boed/b.py"]


def test_figures_do_not_import_jax():
    for script in SCRIPTS.glob("draw_*.py"):
        for name in provenance.closure_digests(script, PACKAGE):
            path = (SCRIPTS.parent if name.startswith("scripts/") else PACKAGE.parent) / name
            assert "import jax" not in path.read_text(), (
                f"{script.name} imports jax by way of {name}"
            )


def test_of_a_stages_halves_the_kernel_of_the_inversion_is_behind_the_second_only():
    behind = {
        p.stem
        for p in SCRIPTS.glob("*.py")
        if "boed/inference/eki.py" in provenance.closure_digests(p, PACKAGE)
    }
    halves = {"locate_source", "learn_discrepancy", "choose_uncalibrated"}
    assert halves <= {p.stem for p in SCRIPTS.glob("*.py")}
    assert behind & halves == {"learn_discrepancy"}


@pytest.fixture
def model(tmp_path):
    """A user's model file with modules beside it: one imported in a function, one in a package, one
    not imported; NumPy is none of the user's.
    """
    (tmp_path / "rates").mkdir()
    (tmp_path / "rates/__init__.py").write_text("")
    (tmp_path / "rates/uptake.py").write_text("ka = 1.0\n")
    (tmp_path / "doses.py").write_text('"""Doses."""\n\nimport numpy as np\n\ndose = 400\n')
    (tmp_path / "other.py").write_text("x = 1\n")
    (tmp_path / "model.py").write_text(
        '"""A model."""\n\nfrom rates.uptake import ka\n\n\n'
        "def predict(parameters, design):\n"
        '    """Doc."""\n    import doses\n    return ka * doses.dose\n'
    )
    return tmp_path


def model_digests(folder):
    provenance._parse.cache_clear()
    provenance.digest.cache_clear()
    found = provenance.model_digests(folder / "model.py")
    return {Path(path).relative_to(folder).as_posix(): digest for path, digest in found.items()}


def test_a_models_digests_are_of_what_it_imports_beside_it(model):
    beside = ["doses.py", "model.py", "rates/__init__.py", "rates/uptake.py"]
    assert list(model_digests(model)) == beside


@pytest.mark.parametrize(
    ("file", "old", "new", "changes"),
    [
        ("model.py", '"""Doc."""', '"""Other words."""  # and a comment', False),
        ("doses.py", '"""Doses."""', "# doses", False),
        ("other.py", "1", "2", False),
        ("model.py", "ka * doses", "2 * ka * doses", True),
        ("doses.py", "400", "300", True),
        ("rates/uptake.py", "1.0", "2.0", True),
    ],
)
def test_only_edits_of_a_models_code_count(model, file, old, new, changes):
    before = model_digests(model)
    edited = (model / file).read_text().replace(old, new)
    assert edited != (model / file).read_text()
    (model / file).write_text(edited)
    after = model_digests(model)
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == [file] * changes


def test_a_models_paths_are_as_they_were_given(model, monkeypatch):
    """Absolute ones would run everything again in another folder."""
    monkeypatch.chdir(model.parent)
    path = Path(model.name) / "model.py"
    assert list(provenance.model_digests(path))[:2] == [
        f"{model.name}/doses.py",
        f"{model.name}/model.py",
    ]
