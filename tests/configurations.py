"""The configurations that come with the project, laid on each other as Snakemake does."""

import json
from pathlib import Path

import yaml

from boed.config.overlays import merged

CONFIG = Path(__file__).parent.parent / "config"


def read(path) -> dict:
    """A YAML file without its anchors: what they share would otherwise change in all places."""
    return json.loads(json.dumps(yaml.safe_load(Path(path).read_text(encoding="utf-8"))))


def paper(*overlays: dict) -> dict:
    """The paper-scale configuration, overlays on top in turn."""
    config = read(CONFIG / "config.yaml")
    for overlay in overlays:
        config = merged(config, overlay)
    return config


def smoke(*overlays: dict) -> dict:
    """The configuration of the smoke run, overlays on top in turn."""
    return paper(read(CONFIG / "smoke.yaml"), *overlays)
