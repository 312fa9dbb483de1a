"""What the README shows works as it stands; see also test_docs.py."""

import re
from pathlib import Path

import yaml

from boed.config import overlays, validate

README = Path("README.md").read_text()


def test_the_overlays_are_valid():
    config = yaml.safe_load(Path("config/config.yaml").read_text())
    examples = re.findall(
        r"```yaml\n(.*?)```", README + Path("config/README.md").read_text(), re.DOTALL
    )
    assert len(examples) == 2
    for example in examples:
        validate.check(overlays.merged(config, yaml.safe_load(example)))
