"""What truth and models give over the designs, where some are forbidden."""

import numpy as np
import pytest

from boed.studies.assessment.output_assessment import History, assess, outputs_dataset
from boed.systems.sequential import sequential_system

MODEL = """
import jax.numpy as jnp


def predict(parameters, design):
    return parameters["slope"] * jnp.where(design["x"] < 1.0, jnp.nan, design["x"])


def observe(design):
    return predict({"slope": 2.0}, design)
"""
SETTINGS = {
    "parameters": {"slope": {"normal": {"mean": 1.0, "deviation": 0.5}}},
    "designs": {"x": {"lower": 0.0, "upper": 4.0, "unit": "m"}},
    "noise": {"constant": 0.1},
    "true_parameters": {"slope": 2.0},
}
FORBIDDEN = [{"x": [-1.0, 1.0]}, {"x": [2.0, 3.0]}]


@pytest.mark.parametrize("experiments", [1, 2])
def test_curves_and_errors_are_those_of_allowed_designs(tmp_path, experiments):
    path = tmp_path / "model.py"
    path.write_text(MODEL)
    more = {"file": str(path), "forbidden": FORBIDDEN, "experiments": experiments}
    system = sequential_system(SETTINGS | more)
    history = History(weights=np.zeros((1, 1, 1)), estimates=np.array([[[1.5]]]))
    outputs = outputs_dataset(system, assess(system, history))
    x = outputs.design.values
    assert ((x > 1.0) & ((x < 2.0) | (x > 3.0))).all()
    np.testing.assert_allclose(outputs.true, 2.0 * x)
    np.testing.assert_allclose(outputs.estimated_error, 0.25)
    assert ("forbidden" in outputs) == (experiments == 1)
    if experiments == 1:
        np.testing.assert_array_equal(outputs.forbidden, [[0.0, 1.0], [2.0, 3.0]])
        assert outputs.forbidden.units == "m"
