"""What the README shows works as it stands; see also test_docs.py."""

import re
from pathlib import Path

import yaml

from boed.config import overlays, validate

README = Path("README.md").read_text()


def test_the_overlays_are_valid(tmp_path, monkeypatch):
    config = yaml.safe_load(Path("config/config.yaml").read_text())
    pages = README + Path("config/README.md").read_text()
    examples, (model,) = (
        re.findall(rf"```{kind}\n(.*?)```", pages, re.DOTALL) for kind in ("yaml", "python")
    )
    assert len(examples) == 3
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text(model)
    for example in examples:
        validate.check(overlays.merged(config, yaml.safe_load(example)))
