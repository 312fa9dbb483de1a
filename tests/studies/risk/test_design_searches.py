"""Searches over designs: their objective against the closed form, common samples, histories."""

import jax.numpy as jnp
import numpy as np
import pytest
from model_files import linear

from boed.design.bayesian_optimisation import History
from boed.studies.risk import design_searches

SETTINGS = linear(upper=1.0) | {
    "way": "fast",
    "optimisation": {
        "aversion": 0.5,
        "samples": 4000,
        "initial": 2,
        "iterations": 1,
        "exploration": 2.0,
        "noise_levels": {"common": 1e-6, "independent": 1e-2},
        "starts": 1,
        "evaluations": 4,
        "near": 0.1,
    },
}


def test_the_objective_is_the_closed_form_and_its_slope_that_of_differences(key):
    objective = design_searches.objective(SETTINGS, 1)
    value, slope = objective.value_and_gradient(key, jnp.array([0.7]))
    total = 1 + 9 * 0.49
    expected = 0.5 * np.log(total) - 0.5 * 0.5 * (1 - 1 / total) ** 2
    assert abs(float(value) - expected) < 0.05
    high, low = (float(objective.value(key, jnp.array([0.7 + s]))) for s in (1e-5, -1e-5))
    np.testing.assert_allclose(slope, [(high - low) / 2e-5], rtol=1e-4)


def test_independent_samples_differ_from_evaluation_to_evaluation(key):
    objective, design = design_searches.objective(SETTINGS, 1), np.array([0.5])
    common, independent = (
        design_searches.Sampled(objective, key, sampling) for sampling in ("common", "independent")
    )
    assert float(common(design)) == float(common(design))
    assert float(independent(design)) != float(independent(design))


def test_every_search_of_a_run_stays_within_bounds(key):
    objective = design_searches.objective(SETTINGS, 1)
    histories = design_searches.searched(objective, SETTINGS, 1, key)
    assert tuple(histories) == design_searches.SEARCHES
    for history in histories.values():
        assert ((history.designs >= 0.1) & (history.designs <= 1.0)).all()
    assert [len(histories[name].objective) for name in design_searches.BAYESIAN] == [3, 3]


def test_what_fills_a_history_up_is_no_evaluation():
    short = History(np.array([[0.9], [0.5], [0.21], [0.2]]), np.array([0.0, 1.0, 2.0, 3.0]))
    long = History(np.linspace(0, 1, 8)[:, None], np.arange(8.0))
    histories = {"bayesian_common": [short], "bayesian_independent": [short], "gradient": [long]}
    block = SETTINGS["optimisation"] | {"near": 0.05 / 0.9, "aversion": 1.0}
    data = design_searches.dataset(histories, SETTINGS | {"optimisation": block}, 1)
    common = data.sel(search="bayesian_common", replicate=0)
    assert (int(common.evaluations), float(common.concentration)) == (4, 0.5)
    assert common.best_design.values.tolist() == [0.2]
    assert float(common.best_objective) == 3.0
    assert float(data.sel(search="gradient", replicate=0).concentration) == 1 / 8


FORBIDDEN = [{"d": [0.4, 0.6]}, {"d": [0.9, 1.0]}]


@pytest.mark.parametrize("experiments", [1, 2])
def test_no_search_goes_where_it_is_forbidden(key, experiments):
    """The best allowed design lies at the edge of what is forbidden, and every ascent that begins
    below the gap has to stop there.
    """
    block = SETTINGS["optimisation"] | {"aversion": 0.0, "samples": 300, "starts": 3}
    settings = SETTINGS | {"forbidden": FORBIDDEN, "optimisation": block}
    objective = design_searches.objective(settings, experiments)
    histories = design_searches.searched(objective, settings, experiments, key)
    for history in histories.values():
        for low, high in ((0.4, 0.6), (0.9, 1.0)):
            assert ((history.designs < low) | (history.designs > high)).all()
        assert ((history.designs >= 0.1) & (history.designs <= 1.0)).all()
    ends = histories["gradient"].designs[histories["gradient"].objective.argmax()]
    assert np.isclose(ends[:, None], [0.4, 0.9], atol=1e-6).any(axis=1).all()


def test_searches_among_candidates_try_no_others(key):
    candidates = [0.1, 0.5, 0.7, 1.0]
    settings = SETTINGS | {"designs": {"d": {"candidates": candidates}}}
    objective = design_searches.objective(settings, 1)
    for history in design_searches.searched(objective, settings, 1, key).values():
        assert set(history.designs[:, 0]) <= set(candidates)


def test_experiments_are_put_in_order_by_their_first_coordinates():
    designs = np.array([[3.0, 0.0, 1.0, 9.0, 2.0, 5.0]])
    ordered = design_searches.in_order(designs, 3)
    assert ordered.tolist() == [[1.0, 9.0, 2.0, 5.0, 3.0, 0.0]]
    assert design_searches.in_order(designs, 1).tolist() == designs.tolist()
