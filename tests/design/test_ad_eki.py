"""AD-EKI's gradient against central differences, forward mode and the closed form of Eq. 9–11."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import yaml
from toy_study import STUDY

from boed.config import overlays
from boed.design import ad_eki
from boed.inference import eki, ensembles
from boed.studies.hybrid.discrepancy_experiment import discrepancy_experiment
from boed.systems.discrepancy_network import tanh_network
from boed.systems.plume.plume_system import plume_system

ROOT = Path(__file__).parents[2]
SCHEDULES = ("repeated", "tempered", "released")


def features(design):
    """Two outputs of a linear map from three parameters, both depending on the design."""
    x, y = design
    return jnp.array([[jnp.sin(x), jnp.cos(y), x * y], [jnp.exp(-x), y**2, 1.0 + x]])


def toy():
    return ad_eki.Experiment(
        forward=lambda design: lambda ensemble: ensemble @ features(design).T,
        observe=lambda design: jnp.array([jnp.sin(3 * design[0]), design[1] ** 2]),
        noise_factor=lambda design, data: 0.3 * jnp.eye(2),
    )


def plume_experiment(noise=0.0):
    study = plume_system(STUDY)
    moment = study.plume.moment(0.061)
    return discrepancy_experiment(study, moment, jnp.array([0.28, 0.22]), jnp.array(noise))


def differences(function, design, step=1e-5):
    shifts = step * jnp.eye(len(design))
    return np.array([(function(design + s) - function(design - s)) / (2 * step) for s in shifts])


@pytest.mark.parametrize("name", SCHEDULES)
def test_gradient_agrees_with_differences_for_a_linear_map(name, key):
    draw = ensembles.draw(key, jnp.zeros(3), 1.0, ensembles.Shape(20, 3, 2))
    design, plan = jnp.array([0.4, 0.7]), eki.schedule(name, 3)
    value, gradient = jax.jit(lambda d: ad_eki.value_and_gradient(d, toy(), draw, plan))(design)
    utility = jax.jit(lambda d: ad_eki.information_gain(d, toy(), draw, plan))
    assert value == pytest.approx(float(utility(design)), rel=1e-12)
    np.testing.assert_allclose(gradient, differences(utility, design), rtol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("design", [(0.41, 0.33), (0.2, 0.6)])
def test_gradient_agrees_with_differences_for_the_plume(name, design, key):
    weights = tanh_network(4, 2).initialise(key, 15.0)
    draw = ensembles.draw(key, weights, 0.3, ensembles.Shape(40, 3, 1))
    design, plan, experiment = jnp.array(design), eki.schedule(name, 3), plume_experiment()
    _, gradient = ad_eki.value_and_gradient(design, experiment, draw, plan)
    utility = jax.jit(lambda d: ad_eki.information_gain(d, experiment, draw, plan))
    np.testing.assert_allclose(gradient, differences(utility, design), rtol=1e-4)
    np.testing.assert_allclose(gradient, jax.jacfwd(utility)(design), rtol=1e-8)


@pytest.mark.parametrize("name", SCHEDULES)
def test_gradient_is_the_closed_form_of_equations_9_to_11(name, key):
    """Tangents of members, gain and covariances propagated by hand, for a linear map of known
    derivative.
    """
    draw = ensembles.draw(key, jnp.zeros(3), 1.0, ensembles.Shape(12, 3, 2))
    design, plan = jnp.array([0.4, 0.7]), eki.schedule(name, 3)
    _, gradient = jax.jit(lambda d: ad_eki.value_and_gradient(d, toy(), draw, plan))(design)
    h, y = np.asarray(features(design)), np.asarray(toy().observe(design))
    dh, dy = np.asarray(jax.jacfwd(features)(design)), np.asarray(jax.jacfwd(toy().observe)(design))
    gamma = plan.noise_scale * 0.09 * np.eye(2)
    for axis in (0, 1):
        w, dw = np.asarray(draw.ensemble), np.zeros((12, 3))
        for own in np.asarray(draw.perturbations):
            g, dg = w @ h.T, dw @ h.T + w @ dh[..., axis].T
            a, da, b, db = (v - v.mean(0) for v in (w, dw, g, dg))
            cross, dcross = a.T @ b / 11, (da.T @ b + a.T @ db) / 11  # Eq. 11
            inner, dinner = b.T @ b / 11, (db.T @ b + b.T @ db) / 11
            inverse = np.linalg.inv(inner + gamma)
            gain = cross @ inverse
            dgain = dcross @ inverse - gain @ dinner @ inverse
            innovation = y + np.sqrt(plan.noise_scale) * 0.3 * own - g
            moved = innovation @ gain.T
            dmoved = (dy[:, axis] - dg) @ gain.T + innovation @ dgain.T
            w, dw = w + plan.step_size * moved, dw + plan.step_size * dmoved
        c0, c = np.cov(np.asarray(draw.ensemble).T), np.cov(w.T)
        shift = w.mean(0) - np.asarray(draw.ensemble).mean(0)
        a, da = w - w.mean(0), dw - dw.mean(0)
        dc = (da.T @ a + a.T @ da) / 11
        by_mean = np.linalg.inv(c0) @ shift @ dw.mean(0)
        by_covariance = 0.5 * np.sum((np.linalg.inv(c0) - np.linalg.inv(c)) * dc)  # Eq. 9
        assert gradient[axis] == pytest.approx(by_mean + by_covariance, rel=1e-8)


def test_history_ends_with_the_utility_and_splits_it(key):
    draw = ensembles.draw(key, jnp.zeros(3), 1.0, ensembles.Shape(20, 4, 2))
    design, plan = jnp.array([0.4, 0.7]), eki.schedule("tempered", 4)
    history = ad_eki.gain_history(design, toy(), draw, plan)
    assert history.total.shape == (4,)
    utility = ad_eki.information_gain(design, toy(), draw, plan)
    assert history.covariance[-1] + history.mean[-1] == pytest.approx(float(utility))
    assert (np.diff(history.covariance) > 0).all()


def test_the_ensemble_has_the_moments_asked_for(key):
    ensemble, noise = ensembles.draw(key, jnp.arange(3.0), 0.3, ensembles.Shape(20000, 2, 1))
    np.testing.assert_allclose(ensemble.mean(axis=0), [0, 1, 2], atol=0.01)
    np.testing.assert_allclose(ensemble.std(axis=0), 0.3, rtol=0.02)
    assert noise.shape == (2, 20000, 1)


@pytest.mark.slow
def test_nodes_and_precision_of_the_study_keep_the_gain_within_a_thousandth_of_the_full_grid(key):
    """Median over networks and designs, J = 40, K = 3, against 150 × 150 nodes in
    double precision.
    """
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    paper = overlays.resolved(config, "structural_error")
    full = paper["plume"]["propagator"] | {
        "points": 250,
        "panels": list(np.linspace(-2.5, 2.5, 26)),
        "order": [6] * 25,
    }
    choices = {
        "paper": (paper["plume"]["propagator"], paper["network"]["precision"]),
        "double": (paper["plume"]["propagator"], "double"),
        "full": (full, "double"),
    }
    values = {}
    for name, (block, precision) in choices.items():
        plume, network = (
            STUDY["plume"] | {"propagator": block},
            STUDY["network"] | {"precision": precision},
        )
        study = plume_system(STUDY | {"plume": plume, "network": network})
        moment = study.plume.moment(0.081)

        def gain(weights, key, design, study=study, moment=moment):
            experiment = discrepancy_experiment(
                study, moment, jnp.array([0.26, 0.24]), jnp.array(0.0)
            )
            draw = ensembles.draw(key, weights, 0.3, ensembles.Shape(40, 3, 1))
            return ad_eki.information_gain(design, experiment, draw, eki.schedule("released", 3))

        keys = jax.random.split(key, 6)
        cases = [
            (
                tanh_network(4, 2).initialise(k, 15.0),
                k,
                jax.random.uniform(k, (2,), minval=0.15, maxval=0.7),
            )
            for k in keys
        ]
        values[name] = np.array([jax.jit(gain)(*case) for case in cases])
    assert np.median(abs(values["paper"] / values["full"] - 1)) <= 1e-3
    np.testing.assert_allclose(values["paper"], values["double"], rtol=1e-6)


@pytest.mark.parametrize("risk_aversion", [0.0, 0.7])
def test_risk_averse_gain_is_the_mean_less_the_variance_and_its_gradient_agrees_with_differences(
    risk_aversion, key
):
    draw = ensembles.draw(key, jnp.zeros(3), 1.0, ensembles.Shape(20, 3, 2))
    samples = ensembles.draw_samples(key, jnp.zeros(3), 1.0, samples=5, outputs=2)
    design, plan = jnp.array([0.4, 0.7]), eki.schedule("tempered", 3)

    @jax.jit
    def gain(design, data):
        return ad_eki.information_gain(design, toy()._replace(observe=lambda d: data), draw, plan)

    def expected(design):
        data = [
            features(design) @ weights + 0.3 * own for weights, own in zip(*samples, strict=True)
        ]
        gains = np.array([gain(design, y) for y in data])
        return gains.mean() - risk_aversion * ((gains - gains.mean()) ** 2).mean()

    @jax.jit
    def utility(design):
        return ad_eki.expected_value_and_gradient(
            design, toy(), draw, plan, ad_eki.Expectation(samples, risk_aversion)
        )

    value, gradient = utility(design)
    assert value == pytest.approx(expected(design), rel=1e-10)
    np.testing.assert_allclose(gradient, differences(expected, design), rtol=1e-5)


@pytest.mark.parametrize(("risk_aversion", "expected"), [(0.0, 2.0), (0.5, 1.5), (2.0, 0.0)])
def test_risk_averse_gain_of_two_samples_by_hand(risk_aversion, expected):
    """Gains 1 and 3: mean 2, variance 1."""
    assert ad_eki.risk_averse(jnp.array([1.0, 3.0]), risk_aversion) == pytest.approx(expected)


@pytest.mark.slow
def test_expected_gain_of_a_linear_gaussian_map_tends_to_the_closed_form(key):
    """½ ln det(I + H Hᵀ/γ), the mutual information, as members and samples grow."""
    draw = ensembles.draw(key, jnp.zeros(3), 1.0, ensembles.Shape(4000, 2, 2))
    samples = ensembles.draw_samples(key, jnp.zeros(3), 1.0, samples=300, outputs=2)
    design = jnp.array([0.4, 0.7])
    value, _ = ad_eki.expected_value_and_gradient(
        design, toy(), draw, eki.schedule("tempered", 2), ad_eki.Expectation(samples)
    )
    h = np.asarray(features(design))
    expected = 0.5 * np.linalg.slogdet(np.eye(2) + h @ h.T / 0.09)[1]
    assert value == pytest.approx(expected, rel=0.05)


def fragile(limit, observed=1.0):
    """An experiment whose forward map, and its derivative, are NaN beyond a limit of the first
    parameter; observed: its first datum, which falls towards the limit.
    """

    def forward(design):
        def predict(ensemble):
            reach = jnp.sqrt(limit - ensemble[:, :1])
            return jnp.concatenate([reach * design[0], ensemble @ features(design).T], axis=1)

        return predict

    return ad_eki.Experiment(
        forward=forward,
        observe=lambda design: jnp.array([observed, jnp.sin(3 * design[0]), design[1] ** 2]),
        noise_factor=lambda design, data: 0.3 * jnp.eye(3),
    )


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize(
    "differentiate", [ad_eki.value_and_gradient, ad_eki.forward_value_and_gradient]
)
def test_a_member_that_fails_changes_neither_gain_nor_gradient(differentiate, name, key):
    draw = ensembles.draw(key, jnp.zeros(3), 1.0, ensembles.Shape(20, 3, 3))
    failing = draw._replace(ensemble=draw.ensemble.at[4, 0].set(30.0).at[9, 0].set(40.0))
    kept = np.arange(20) % 5 != 4
    kept[[14, 19]] = True
    alone = ensembles.Draw(draw.ensemble[kept], draw.perturbations[:, kept])
    design, plan, own = jnp.array([0.4, 0.7]), eki.schedule(name, 3), fragile(25.0)
    value, gradient = jax.jit(lambda d: differentiate(d, own, failing, plan))(design)
    expected = ad_eki.value_and_gradient(design, own, alone, plan)
    assert value == pytest.approx(float(expected[0]), rel=1e-9)
    np.testing.assert_allclose(gradient, expected[1], rtol=1e-7)
    assert ad_eki.information_gain(design, own, failing, plan) == pytest.approx(
        float(expected[0]), rel=1e-9
    )
    history = ad_eki.gain_history(design, own, failing, plan)
    assert history.total[-1] == pytest.approx(float(expected[0]), rel=1e-9)
    np.testing.assert_array_equal(ad_eki.working_members(design, own, failing, plan), kept)
    assert ad_eki.evaluation(design, own, failing, plan).left_out == 2
    assert ad_eki.evaluation(design, own, alone, plan).left_out == 0
    learned = ad_eki.posterior_ensemble(design, own, failing, plan)
    np.testing.assert_allclose(
        learned[kept], ad_eki.posterior_ensemble(design, own, alone, plan), rtol=1e-9
    )


def test_gradient_is_that_of_the_members_that_work_to_the_end(key):
    """Members move beyond the limit on the way; differences of the gain without them."""
    draw = ensembles.draw(key, jnp.zeros(3), 1.0, ensembles.Shape(20, 3, 3))
    limit = float(draw.ensemble[:, 0].max()) + 0.01
    design, plan, own = jnp.array([0.4, 0.7]), eki.schedule("repeated", 3), fragile(limit, -0.5)
    value, gradient = ad_eki.value_and_gradient(design, own, draw, plan)
    working = np.asarray(ad_eki.working_members(design, own, draw, plan))
    assert 2 <= working.sum() < 20
    alone = ensembles.Draw(draw.ensemble[working], draw.perturbations[:, working])
    assert ad_eki.working_members(design, own, alone, plan).all()
    assert value == pytest.approx(
        float(ad_eki.information_gain(design, own, alone, plan)), rel=1e-9
    )
    utility = jax.jit(lambda d: ad_eki.information_gain(d, own, alone, plan))
    np.testing.assert_allclose(gradient, differences(utility, design), rtol=1e-5)


def test_where_no_member_works_neither_gain_nor_gradient_are_finite(key):
    draw = ensembles.draw(key, jnp.zeros(3), 1.0, ensembles.Shape(20, 3, 3))
    design, plan = jnp.array([0.4, 0.7]), eki.schedule("tempered", 3)
    value, gradient = ad_eki.value_and_gradient(design, fragile(-50.0), draw, plan)
    assert np.isnan(value)
    assert not np.isfinite(gradient).any()


def test_replicates_side_by_side_leave_out_their_own_members(key):
    draw = ensembles.draw(key, jnp.zeros(3), 1.0, ensembles.Shape(20, 2, 3))
    design, plan = jnp.array([0.4, 0.7]), eki.schedule("tempered", 2)
    both = jnp.stack([draw.ensemble, draw.ensemble.at[3, 0].set(30.0)])

    def one(ensemble):
        own = draw._replace(ensemble=ensemble)
        return ad_eki.value_and_gradient(design, fragile(25.0), own, plan)

    values, gradients = jax.vmap(one)(both)
    for ensemble, value, gradient in zip(both, values, gradients, strict=True):
        expected = one(ensemble)
        assert value == pytest.approx(float(expected[0]), rel=1e-9)
        np.testing.assert_allclose(gradient, expected[1], rtol=1e-7)


def test_samples_whose_data_fail_are_left_out_of_the_expected_gain(key):
    draw = ensembles.draw(key, jnp.zeros(3), 1.0, ensembles.Shape(20, 3, 3))
    samples = ensembles.draw_samples(key, jnp.zeros(3), 1.0, samples=5, outputs=3)
    spoilt = samples._replace(weights=samples.weights.at[1, 0].set(30.0))
    kept = jnp.array([0, 2, 3, 4])
    alone = ensembles.Samples(samples.weights[kept], samples.noise[kept])
    design, plan, own = jnp.array([0.4, 0.7]), eki.schedule("tempered", 3), fragile(25.0)
    found, expected = (
        ad_eki.expected_value_and_gradient(design, own, draw, plan, ad_eki.Expectation(each, 0.7))
        for each in (spoilt, alone)
    )
    assert found[0] == pytest.approx(float(expected[0]), rel=1e-10)
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-9)
    failing = draw._replace(ensemble=draw.ensemble.at[4, 0].set(30.0).at[9, 0].set(40.0))
    found = ad_eki.expected_evaluation(design, own, failing, plan, ad_eki.Expectation(alone))
    assert found.left_out == 2
    assert np.isnan(ad_eki.risk_averse(jnp.full(3, jnp.nan), 0.0))


def test_gain_of_a_linear_gaussian_problem_tends_to_the_closed_form(key):
    """Five correlated parameters, three outputs of correlated noise, one datum; J = 6000."""
    rng = np.random.default_rng(5)
    matrix, root = rng.normal(size=(3, 5)), np.tril(rng.normal(size=(5, 5))) + np.eye(5)
    factor = np.array([[0.8, 0.0, 0.0], [0.2, 0.5, 0.0], [-0.1, 0.3, 1.0]])
    mean, observed = np.arange(5.0), np.array([1.0, -2.0, 0.5])
    draw = ensembles.draw(key, jnp.zeros(5), 1.0, ensembles.Shape(6000, 4, 3))
    draw = draw._replace(ensemble=mean + draw.ensemble @ root.T)
    experiment = ad_eki.Experiment(
        forward=lambda design: lambda ensemble: design[0] * ensemble @ matrix.T,
        observe=lambda design: jnp.asarray(observed),
        noise_factor=lambda design, data: jnp.asarray(factor),
    )
    gain = ad_eki.information_gain(jnp.ones(1), experiment, draw, eki.schedule("tempered", 4))
    prior = root @ root.T
    weighting = prior @ matrix.T @ np.linalg.inv(matrix @ prior @ matrix.T + factor @ factor.T)
    shift, ratio = weighting @ (observed - matrix @ mean), np.eye(5) - weighting @ matrix
    expected = np.trace(ratio) - 5 - np.linalg.slogdet(ratio)[1]
    expected = 0.5 * (expected + shift @ np.linalg.inv(prior) @ shift)
    assert gain == pytest.approx(expected, rel=0.03)
