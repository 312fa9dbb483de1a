"""Described systems: from settings to predictions, priors, noise and what is missing."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from model_files import ONE, PHARMACOKINETICS, linear, written

from boed.systems.described import described
from boed.systems.described_priors import correlation_matrix, read_samples
from boed.systems.model_file import ModelFileError

SEVERAL = """
import jax.numpy as jnp


def predict(parameters, design):
    return [parameters["a"] * design["x"], parameters["b"] + design["y"], parameters["a"]]


def predict_with(parameters, design, missing):
    return predict(parameters, design)[0] + missing(design["x"], parameters["b"])


def observe(design):
    return [1.0, design["x"], design["y"]]


def deviation(prediction):
    return 0.1 + 0.2 * prediction**2
"""
SETTINGS = {
    "parameters": {
        "a": {"uniform": {"lower": 1.0, "upper": 2.0}, "unit": "m"},
        "b": {"normal": {"mean": 0.0, "deviation": 2.0}},
    },
    "designs": {"x": {"lower": 0.0, "upper": 1.0}, "y": {"lower": 0.0, "upper": 5.0, "unit": "s"}},
    "outputs": {"first": {}, "second": {"unit": "kg"}, "third": {}},
    "noise": {"function": "deviation"},
}


@pytest.fixture
def several(tmp_path):
    """Settings of a system of two parameters, designs of two coordinates and three outputs."""
    return SETTINGS | {"file": str(written(tmp_path, SEVERAL))}


def test_names_units_and_predictions(several):
    system = described(several)
    assert (system.parameters.names, system.parameters.units) == (("a", "b"), ("m", "1"))
    assert (system.designs.names, system.designs.units) == (("x", "y"), ("1", "s"))
    assert system.outputs == (("first", "second", "third"), ("1", "kg", "1"))
    parameters, design = jnp.array([1.5, 3.0]), jnp.array([0.5, 4.0])
    expected = [0.75, 7.0, 1.5]
    np.testing.assert_allclose(system.predict(parameters, design), expected)
    together = jax.jit(jax.vmap(system.predict, (0, None)))(jnp.stack([parameters] * 3), design)
    np.testing.assert_allclose(together, [expected] * 3)
    np.testing.assert_allclose(system.observe(design), [1.0, 0.5, 4.0])


def test_the_noise_is_the_files_function_of_the_prediction(several):
    prediction = jnp.array([1.0, -2.0, 0.0])
    found = described(several).noise.deviation(prediction)
    np.testing.assert_allclose(found, [0.3, 0.9, 0.1])
    with pytest.raises(ModelFileError, match="no function `spread` .*predict_with"):
        described(several | {"noise": {"function": "spread"}})


def test_the_prior_is_that_of_every_parameter_in_turn(several, key):
    samples = np.asarray(described(several).parameters.prior.sample(key, 4000))
    np.testing.assert_allclose(samples.mean(axis=0), [1.5, 0.0], atol=0.1)
    np.testing.assert_allclose(samples.std(axis=0), [12**-0.5, 2.0], rtol=0.05)
    assert abs(np.corrcoef(samples.T)[0, 1]) < 0.06


def test_correlated_parameters(several, key):
    system = described(several | {"correlations": [["b", "a", 0.8]]})
    first, second = np.asarray(system.parameters.prior.sample(key, 4000)).T
    score = np.sqrt(2) * np.vectorize(_inverse_error_function)(2 * (first - 1) - 1)
    assert abs(np.corrcoef(score, second)[0, 1] - 0.8) < 0.02


def _inverse_error_function(value):
    """By Newton's method on math.erf."""
    import math

    found = 0.0
    for _ in range(60):
        found -= (math.erf(found) - value) / (2 / math.sqrt(math.pi) * math.exp(-found * found))
        found = max(-4.0, min(4.0, found))
    return found


def test_correlations_by_hand_and_refused():
    matrix = correlation_matrix(("a", "b", "c"), [["a", "c", 0.5], ["c", "b", -0.2]])
    np.testing.assert_array_equal(matrix, [[1, 0, 0.5], [0, 1, -0.2], [0.5, -0.2, 1]])
    for pair in (["a", "z", 0.1], ["a", "a", 0.1]):
        with pytest.raises(ValueError, match="two different parameters of a, b, c"):
            correlation_matrix(("a", "b", "c"), [pair])


def test_a_prior_of_samples_draws_whole_rows_of_the_table(several, tmp_path, key):
    table = tmp_path / "draws.csv"
    table.write_text("weight,b,a\n1,10,1\n1,20,2\n1,30,3\n")
    settings = several | {"parameters": {"a": {"unit": "m"}, "b": {}}, "prior_samples": str(table)}
    samples = np.asarray(described(settings).parameters.prior.sample(key, 300))
    np.testing.assert_allclose(samples[:, 1], 10 * samples[:, 0])
    assert set(samples[:, 0]) == {1.0, 2.0, 3.0}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,c\n1,2\n", "draws.csv: no column b; there are a, c"),
        ("a,b\n1,2\n1,x\n", "draws.csv, row 3: 'x' is no finite number"),
        ("a,b\n1,2\n1\n", "row 3: None is no finite number"),
        ("a,b\ninf,2\n", "row 2: 'inf' is no finite number"),
        ("a,b\n", "no column a, b; there are no rows"),
    ],
)
def test_a_table_that_does_not_fit(tmp_path, text, words):
    table = tmp_path / "draws.csv"
    table.write_text(text)
    with pytest.raises(ValueError, match=words):
        read_samples(str(table), ("a", "b"))
    with pytest.raises(ValueError, match="none.csv cannot be read"):
        read_samples(str(tmp_path / "none.csv"), ("a", "b"))


def test_a_network_that_is_missing_takes_the_inputs_that_the_file_gives_it(several, key):
    block = {"network": {"inputs": ["x", "b"], "hidden": 3, "depth": 1, "scale": 2.0}}
    system = described(several | {"missing": block})
    weights = system.missing.initialise(key)
    assert weights.shape == (system.missing.count,) == (2 * 3 + 3 + 3 + 1,)
    parameters, design = jnp.array([1.5, 3.0]), jnp.array([0.5, 4.0])
    with pytest.raises(ModelFileError, match="predict_with: returns one number where there are 3"):
        system.predict_with(parameters, weights, design)
    single = {"outputs": {"first": {}}, "noise": {"constant": 1.0}}
    one = described(several | {"missing": block} | single)
    first, second, last = jnp.split(weights, [6, 9])
    hidden = np.tanh(np.asarray(first).reshape(3, 2) @ [0.5, 3.0] + np.asarray(second))
    expected = 0.75 + np.asarray(last)[:3] @ hidden + last[3]
    np.testing.assert_allclose(one.predict_with(parameters, weights, design), [expected])


def test_another_number_of_inputs_is_refused_by_name(several, key):
    block = {"network": {"inputs": 3, "hidden": 2, "depth": 1}}
    system = described(several | {"missing": block})
    words = "predict_with: TypeError: missing is a network of 3 inputs, called with 2"
    with pytest.raises(ModelFileError, match=words):
        system.predict_with(jnp.ones(2), system.missing.initialise(key), jnp.ones(2))


def test_parameters_that_are_missing_come_by_name(tmp_path, key):
    text = (
        "def predict(parameters, design):\n    return parameters['theta']\n\n\n"
        "def predict_with(parameters, design, missing):\n"
        "    return parameters['theta'] + missing['shift']\n"
    )
    missing = {"parameters": {"shift": {"normal": {"mean": 0.0, "deviation": 1.0}}}}
    system = described(ONE | {"file": str(written(tmp_path, text)), "missing": missing})
    found = system.predict_with(jnp.array([1.0]), jnp.array([0.5]), jnp.array([0.0]))
    np.testing.assert_allclose(found, [1.5])
    nothing = described(ONE | {"file": str(written(tmp_path, text))})
    with pytest.raises(ModelFileError, match="does not say what is `missing`"):
        nothing.predict_with(jnp.array([1.0]), jnp.array([0.5]), jnp.array([0.0]))


def test_functions_of_ours_go_through_the_same():
    system = described(linear())
    np.testing.assert_allclose(system.predict(jnp.array([2.0]), jnp.array([0.5])), [1.0])
    assert system.outputs == (("y",), ("1",))
    with pytest.raises(ValueError, match="no function 'cubic'; there are linear, nonlinear"):
        described(linear() | {"function": "cubic"})
    renamed = described(linear() | {"parameters": {"slope": linear()["parameters"]["theta"]}})
    with pytest.raises(ModelFileError, match="no 'theta'.* `parameters` has slope"):
        renamed.predict(jnp.ones(1), jnp.ones(1))


def test_a_parameter_needs_one_kind_of_prior():
    with pytest.raises(ValueError, match="parameters.theta: one of normal, .* not nothing"):
        described(linear() | {"parameters": {"theta": {"unit": "m"}}})


def test_the_example_is_the_equation_written_out():
    system = described(PHARMACOKINETICS)
    ka, ke, volume, t = 1.2, 0.08, 25.0, 3.0
    expected = 400 * ka / volume / (ka - ke) * (np.exp(-ke * t) - np.exp(-ka * t))
    np.testing.assert_allclose(
        system.predict(jnp.array([ka, ke, volume]), jnp.array([t])), [expected]
    )
