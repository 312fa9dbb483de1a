"""Risk studies of systems with several parameters, outputs, designs and experiments, against the
closed forms of a linear model: U = ½ Σ log λ, V = ½ Σ (1 − 1/λ)² over the eigenvalues λ of the
data's covariance in units of the noise.
"""

import jax
import matplotlib.pyplot as plt
import numpy as np
import pytest
from model_files import written

from boed.design.nested_monte_carlo import Moments
from boed.figures import estimator_curves, style
from boed.jobs import store
from boed.studies.risk import comparisons, designs_looked_at, risk_problem, utility_curves

MODEL = """
import jax.numpy as jnp


def predict(parameters, design):
    a, b, x, T = parameters["a"], parameters["b"], design["x"], design["T"]
    return [a * x + b * T, a - b * x]
"""
DEVIATIONS, NOISE = np.array([2.0, 0.7]), np.array([1.5, 2.5])


@pytest.fixture
def settings(tmp_path):
    """Two parameters, two outputs, designs with a bounded coordinate and one of candidates."""
    return {
        "file": str(written(tmp_path, MODEL)),
        "parameters": {
            name: {"normal": {"mean": 1.0, "deviation": float(deviation)}}
            for name, deviation in zip("ab", DEVIATIONS, strict=True)
        },
        "designs": {
            "x": {"lower": 0.0, "upper": 2.0, "unit": "m"},
            "T": {"candidates": [0.5, 1.0, 3.0], "unit": "K"},
        },
        "forbidden": [{"x": [0.9, 1.1]}],
        "outputs": {"first": {"unit": "V"}, "second": {}},
        "noise": {"constant": NOISE.tolist()},
        "nodes": 3,
        "way": "automatic",
        "samples": [200, 2000],
        "runs": 2,
        "aversions": [0.0, 0.5],
        "risk": {"mean_variance": 0.5, "conditional_value_at_risk": 0.2},
    }


def closed_form(designs, experiments):
    """U and V of every design of so many experiments."""
    moments = []
    for design in designs:
        rows = [[[x, T], [1.0, -x]] for x, T in design.reshape(experiments, 2)]
        whitened = (np.array(rows) / NOISE[:, None]).reshape(-1, 2) * DEVIATIONS
        values = np.linalg.eigvalsh(np.eye(len(whitened)) + whitened @ whitened.T)
        moments.append((0.5 * np.log(values).sum(), 0.5 * ((1 - 1 / values) ** 2).sum()))
    return Moments(*np.array(moments).T)


@pytest.mark.slow
@pytest.mark.parametrize("experiments", [1, 2])
def test_curves_are_the_closed_form_and_can_be_stored_and_drawn(settings, experiments, tmp_path):
    settings = settings | {"experiments": experiments}
    looked = designs_looked_at.looked_at(settings)
    assert not ((looked.designs[:, ::2] > 0.9) & (looked.designs[:, ::2] < 1.1)).any()
    problem, keys = risk_problem.problem(settings), jax.random.split(jax.random.key(2), 2)
    curves = utility_curves.curves(problem, settings, looked.designs, keys)
    assert curves.exact is None
    data, exact = (
        utility_curves.dataset(curves, settings, looked),
        closed_form(looked.designs, experiments),
    )
    for name, tolerance in (("expected_utility", 0.1), ("utility_variance", 0.12)):
        np.testing.assert_allclose(data[name], getattr(exact, name), atol=tolerance)
        error = np.abs(data[name].values - getattr(exact, name)) / data[f"{name}_error"].values
        assert np.median(error) < 3
    best = data.best_design.sel(aversion=0.0).values
    place = np.flatnonzero((looked.designs == best).all(axis=1))[0]
    assert exact.expected_utility[place] > exact.expected_utility.max() - 0.05
    store.write(data, tmp_path / "utility.nc", {})
    style.use()
    figure = estimator_curves.figure(store.read(tmp_path / "utility.nc"))
    labels = {panel.get_xlabel() for panel in figure.axes} - {""}
    assert "x [m]" in labels if experiments == 1 else {"x_1 [m]", "T_2 [K]"} <= labels
    plt.close("all")


def test_other_measures_and_utilities_have_samples_for_their_only_source(settings, key):
    settings = settings | {"samples": [400]}
    looked = designs_looked_at.looked_at(settings)
    problem = risk_problem.problem(settings)
    worths = comparisons.by_measures(problem, settings, looked.designs, key)
    measures = comparisons.measures_dataset(worths, settings, looked)
    assert measures.source.values.tolist() == ["samples"]
    assert measures.best_design.dims == ("source", "measure", "coordinate")
    first = measures.certainty_equivalent.sel(source="samples", measure="mean_variance")
    best = measures.best_design.sel(source="samples", measure="mean_variance")
    assert best.values.tolist() == looked.designs[int(np.argmax(first.values))].tolist()
    moments = comparisons.by_utilities(
        risk_problem.problem(settings), settings, looked.designs, key
    )
    assert moments.shape == (2, 2, 1, len(looked.designs))
    utilities = comparisons.utilities_dataset(moments, settings, looked)
    mean, variance = moments[:, 0, 0]
    averse = utilities.best_design.sel(utility="divergence", source="samples", aversion=0.5)
    expected = looked.designs[int(np.argmax(mean - 0.5 * variance))]
    assert averse.values.tolist() == expected.tolist()


def test_designs_that_tell_nothing_have_no_ratio_of_variances(settings, key):
    """Data of x = 0 and T = 0 hold no a and no b in the first output."""
    text = "def predict(parameters, design):\n    return parameters['a'] * design['x']\n"
    only = settings | {
        "file": str(written(store.Path(settings["file"]).parent, text)),
        "designs": {"x": settings["designs"]["x"]},
        "outputs": {"y": {}},
        "noise": {"constant": 1.0, "relative": 0.1},
        "forbidden": [],
        "samples": [200],
    }
    looked = designs_looked_at.looked_at(only)
    moments = comparisons.by_utilities(risk_problem.problem(only), only, looked.designs, key)
    data = comparisons.utilities_dataset(moments, only, looked)
    assert looked.designs[0, 0] == 0.0
    assert float(data.variance_ratio[0, 0]) == 1.0
    assert (data.variance_ratio[0, 1:] > 1).all()
