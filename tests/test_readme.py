"""What the README shows works as it stands."""

import re
from pathlib import Path

import jax.numpy as jnp
import pytest
import yaml

from boed.config import overlays, validate

README = Path("README.md").read_text()
PAGES = {path: path.read_text() for path in [Path("README.md"), *sorted(Path("docs").glob("*.md"))]}


@pytest.mark.slow
def test_the_python_examples_run():
    blocks = re.findall(r"```python\n(.*?)```", "".join(PAGES.values()), re.DOTALL)
    assert len(blocks) == 3
    namespace = {}
    for code in blocks:
        exec(code, namespace)
    for name in ("gain", "gradient", "mean", "variance", "loss", "by_weights", "by_growth"):
        assert jnp.all(jnp.isfinite(namespace[name]))
    assert namespace["variance"] > 0


def test_the_overlays_are_valid():
    schema = yaml.safe_load(Path("workflow/schemas/config.schema.yaml").read_text())
    config = yaml.safe_load(Path("config/config.yaml").read_text())
    examples = re.findall(
        r"```yaml\n(.*?)```", README + Path("config/README.md").read_text(), re.DOTALL
    )
    assert len(examples) == 2
    for example in examples:
        validate.check(overlays.merged(config, yaml.safe_load(example)), schema)


def test_files_and_targets_that_it_names_exist():
    for page, text in PAGES.items():
        for path in re.findall(r"\]\(([^)#h][^)]*)\)", text):
            assert (page.parent / path).exists(), path
    rules = "".join(path.read_text() for path in Path("workflow/rules").glob("*.smk"))
    for name in re.findall(
        r"\b((?:choose|locate|learn|collect|assess|profile|score|run|gather)_\w+)\b",
        "".join(PAGES.values()),
    ):
        assert f"rule {name}:" in rules, name
