"""Changes of the configurations that come with the project, and what the check says of them."""

from copy import deepcopy

import configurations
import pytest

from boed.config import validate
from boed.config.validate import SettingsError

FILES = {"config": configurations.paper(), "smoke": configurations.smoke()}
CONFIG = FILES["config"]
STUDY, LEARNED = "studies.structural_error", "studies.parametric_error"


def at(config, path):
    for key in path:
        config = config[key]
    return config


def put(config, key, value):
    """Set a dotted key, and make the mappings above it."""
    *path, last = key.split(".")
    for part in path:
        config = config.setdefault(part, {})
    config[last] = value


def refusal(change):
    """What the check says of the paper-scale configuration after a change made in place."""
    config = deepcopy(CONFIG)
    change(config)
    with pytest.raises(SettingsError) as error:
        validate.check(config)
    return str(error.value)
