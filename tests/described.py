"""A user's model file and the smallest studies of it, shared by tests."""

import configurations
import pytest
import yaml

from boed.config import validate
from boed.config.validate import SettingsError

MODEL = '''
"""A drug that is taken up and leaves."""
import jax.numpy as jnp


def predict(parameters, design):
    ka, ke, V, t = parameters["ka"], parameters["ke"], parameters["V"], design["t"]
    return 400 * ka / (V * (ka - ke)) * (jnp.exp(-ke * t) - jnp.exp(-ka * t))


def predict_with(parameters, design, missing):
    return predict(parameters, design) + missing(design["t"])


def observe(design):
    return jnp.exp(-design["t"])


def deviation(prediction):
    return 0.1 + 0.1 * jnp.abs(prediction)
'''
SMALLEST = """
system: {path}
method: risk
parameters:
  ka: {{ lognormal: {{ median: 1.0, log_variance: 0.05 }}, unit: 1/h }}
  ke: {{ lognormal: {{ median: 0.1, log_variance: 0.05 }} }}
  V: {{ lognormal: {{ median: 20.0, log_variance: 0.05 }} }}
designs: {{ t: {{ lower: 0.0, upper: 24.0 }} }}
noise: {{ constant: 0.316, relative: 0.1 }}
"""
SEQUENTIAL = {
    "method": "hybrid",
    "stages": 3,
    "missing": {"network": {"inputs": ["t"]}},
    "true_parameters": {"ka": 1.0, "ke": 0.1, "V": 20.0},
}


def write_model(folder, text=MODEL) -> str:
    """Path of a model file that is written into a folder."""
    path = folder / "model.py"
    path.write_text(text)
    return str(path)


def smallest(path) -> dict:
    """The smallest risk study of a model file."""
    return yaml.safe_load(SMALLEST.format(path=path))


def sequential(path, **changes) -> dict:
    """The smallest study of several stages of a model file, with changes."""
    return smallest(path) | SEQUENTIAL | changes


def checked(study) -> dict:
    """The paper-scale configuration with a study besides, checked and complete."""
    return validate.checked(configurations.paper({"studies": {"mine": study}}))


def refusal(study) -> str:
    """What the check says of the same."""
    with pytest.raises(SettingsError) as error:
        checked(study)
    return str(error.value)
