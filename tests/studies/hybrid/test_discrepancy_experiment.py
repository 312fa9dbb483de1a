"""The utility of teaching a strength: the plume is linear in it, so that every gain has a closed
form.
"""

import configurations
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.config import overlays
from boed.studies.hybrid import discrepancy_experiment, discrepancy_search
from boed.studies.hybrid.discrepancy_experiment import DiscrepancyInputs, RealisedGain, SpreadAfter
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import plume_system

SMOKE = configurations.smoke()
STRENGTH = overlays.merged(
    overlays.resolve(SMOKE, "parametric_error", "robust"),
    {
        "noise": {"constant": 0.05, "relative": 0.0},
        "discrepancy_experiment": {"members": 4000, "samples": 1500, "deviation": 0.8},
    },
)
BLOCK = STRENGTH["discrepancy_experiment"]
DESIGN, CENTRE, TIME, GUESS = (
    jnp.array([0.5, 0.31]),
    jnp.array([0.45, 0.25]),
    0.035,
    jnp.array([3.0]),
)
STUDY = plume_system(STRENGTH)
INPUTS = DiscrepancyInputs(
    weights=GUESS, centre=CENTRE, noise=jnp.array(0.5), spread=jnp.zeros((0, 1))
)
# the plume of unit strength, the ratio of signal to noise, and the part of the prior variance that
# a datum removes
UNIT = float(
    GaussianPlume((0.45, 0.25), 1.0, 0.05, STUDY.plume.velocity).at(np.asarray(DESIGN), TIME)
)
RATIO = (0.8 * UNIT / 0.05) ** 2
REMOVED = RATIO / (1 + RATIO)


def gain(datum):
    """D_KL of the Gaussian posterior of the strength from its prior N(3, 0.8²), given a datum."""
    shift = 0.8**2 * UNIT / (0.8**2 * UNIT**2 + 0.05**2) * (datum - 3 * UNIT)
    return 0.5 * (np.log1p(RATIO) - REMOVED + (shift / 0.8) ** 2)


def problem(utility, **changes):
    moment = STUDY.plume.moment(TIME)
    make = discrepancy_search.PROBLEMS[utility](STUDY, BLOCK | changes, STRENGTH["experiment"])
    return make(moment, jnp.array([0.5, 0.9]), INPUTS)


def evaluated(problem, key):
    """The utility of a scan and that of an ascent, which has more iterations."""
    return jax.jit(problem.value)(DESIGN, key), jax.jit(problem.evaluate)(DESIGN, key).value


@pytest.mark.slow
def test_the_measured_utility_is_the_gain_of_the_true_datum(key):
    expected = gain(2 * UNIT + 0.5 * 0.05)
    np.testing.assert_allclose(evaluated(problem("measured"), key), expected, rtol=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("risk_aversion", [0.0, 0.5])
def test_the_predicted_utility_is_the_mutual_information_less_the_risk(risk_aversion, key):
    """½ ln(1 + s); the gain's variance is ½ (s/(1 + s))², since its only random part is a χ² of one
    degree.
    """
    expected = 0.5 * np.log1p(RATIO) - risk_aversion * 0.5 * REMOVED**2
    np.testing.assert_allclose(
        evaluated(problem("predicted", risk_aversion=risk_aversion, members=2000), key),
        expected,
        atol=0.06,
    )


def test_the_search_may_go_as_far_as_its_limit_and_the_domain_allow():
    box = problem("measured").box
    np.testing.assert_allclose([box.lower, box.upper], [[0.15, 0.55], [0.85, 1.0]])


def test_without_a_domain_the_move_limit_is_the_only_box():
    free = STRENGTH["experiment"] | {"domain": "none"}
    make = discrepancy_search.PROBLEMS["measured"](STUDY, BLOCK, free)
    box = make(STUDY.plume.moment(TIME), jnp.array([0.1, 0.9]), INPUTS).box
    np.testing.assert_allclose([box.lower, box.upper], [[-0.25, 0.55], [0.45, 1.25]])


def test_a_carried_ensemble_keeps_the_variance_that_its_data_leave(key):
    """One tempered iteration of a linear map: the prior variance times 1 − ratio/(1 + ratio)."""
    block = BLOCK | {"ensembles": "carried", "schedule": "tempered", "iterations": 1}
    settings = STRENGTH | {"discrepancy_experiment": block}
    first = discrepancy_experiment.first_spread(settings, key[None], GUESS[None])
    assert first.shape == (1, 4000, 1)
    moment, learn = STUDY.plume.moment(TIME), SpreadAfter(STUDY, settings)
    inputs = DiscrepancyInputs(GUESS[None], CENTRE[None], jnp.zeros(1), first)
    after = learn(moment, DESIGN[None], inputs, key[None])
    assert float(after.var() / first.var()) == pytest.approx(1 - REMOVED, rel=0.08)
    assert float(after.mean()) == pytest.approx(0.0, abs=1e-12)


def test_a_fresh_ensemble_leaves_nothing_to_the_next_stage(key):
    first = discrepancy_experiment.first_spread(STRENGTH, key[None], GUESS[None])
    assert first.shape == (1, 0, 1)
    inputs = DiscrepancyInputs(GUESS[None], CENTRE[None], jnp.zeros(1), first)
    learn = SpreadAfter(STUDY, STRENGTH)
    after = learn(STUDY.plume.moment(TIME), DESIGN[None], inputs, key[None])
    assert after.shape == (1, 0, 1)


def test_the_realised_gain_shares_the_data_among_the_iterations_whatever_the_schedule(key):
    block = BLOCK | {"schedule": "released", "iterations": 3}
    realised = RealisedGain(STUDY, STRENGTH | {"discrepancy_experiment": block})
    moment, noise = STUDY.plume.moment(TIME), jnp.array([0.5, -1.0])
    design, weights, centre = (jnp.stack([one, one]) for one in (DESIGN, GUESS, CENTRE))
    inputs = DiscrepancyInputs(weights, centre, noise, jnp.zeros((2, 0, 1)))
    gains = realised(moment, design, inputs, jax.random.split(key, 2))
    np.testing.assert_allclose(gains, gain(2 * UNIT + 0.05 * np.asarray(noise)), rtol=0.03)
