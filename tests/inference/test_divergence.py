"""The Gaussian divergence against Eq. 7 written out, and where Eq. 7 cannot be written out."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.inference import eki, ensembles
from boed.inference.divergence import basis, divergence


def direct(posterior, prior):
    """Eq. 7 with plain inverses and determinants."""
    c0, c = np.cov(prior.T), np.cov(posterior.T)
    shift = prior.mean(0) - posterior.mean(0)
    inverse = np.linalg.inv(c0)
    logs = np.linalg.slogdet(c0)[1] - np.linalg.slogdet(c)[1]
    return 0.5 * (np.trace(inverse @ c) - len(c) + logs + shift @ inverse @ shift)


def combined(prior, combination):
    """The ensemble m₀ + combination·A₀."""
    return prior.mean(0) + combination @ (prior - prior.mean(0))


def scaled(members, factor):
    """The combination that shrinks an ensemble about its mean."""
    return factor * jnp.eye(members)


def computed(prior, combination):
    return divergence(jnp.asarray(combination @ basis(jnp.asarray(prior))))


@pytest.fixture
def prior(rng):
    return rng.normal(size=(40, 6)) @ rng.normal(size=(6, 6))


@pytest.fixture
def combination(rng):
    """Members mixed, shrunk and moved, but for what their anomalies cannot express."""
    return 0.6 * np.eye(40) + 0.1 * rng.normal(size=(40, 40))


def test_equals_the_direct_formula(prior, combination):
    posterior = combined(prior, combination)
    assert computed(prior, combination).total == pytest.approx(direct(posterior, prior), rel=1e-9)
    shift = prior.mean(0) - posterior.mean(0)
    expected = 0.5 * shift @ np.linalg.inv(np.cov(prior.T)) @ shift
    assert computed(prior, combination).mean == pytest.approx(expected, rel=1e-9)


def test_no_update_is_no_information(prior):
    assert abs(float(computed(prior, np.eye(40)).total)) < 1e-10


def test_scaled_ensemble_is_the_closed_form(prior):
    expected = 0.5 * 6 * (0.25 - 1 - np.log(0.25))
    assert computed(prior, scaled(40, 0.5)).total == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("members", [4, 7, 40])
def test_does_not_depend_on_the_parametrisation(members, rng):
    """Any regular linear map of the parameters, condition number up to 1e14, and any
    shift of them.
    """
    prior = rng.normal(size=(members, 6))
    combination = 0.6 * np.eye(members) + 0.1 * rng.normal(size=(members, members))
    plain = computed(prior, combination).total
    for mapping in (rng.normal(size=(6, 6)), np.diag(10.0 ** np.linspace(-7, 7, 6))):
        assert computed(prior @ mapping + 3.0, combination).total == pytest.approx(
            float(plain), rel=1e-6
        )


@pytest.mark.parametrize("shrink", [1e-4, 1e-8, 1e-9, 1e-12])
def test_a_direction_that_has_all_but_collapsed_counts_its_logarithm(shrink, prior):
    """½(s² − 1 − ln s²) for one direction scaled by s about its mean, the others as they were."""
    one = np.asarray(basis(jnp.asarray(prior)))[:, :1]
    combination = np.eye(40) - (1 - shrink) * one @ one.T
    expected = 0.5 * (shrink**2 - 1) - np.log(shrink)
    assert computed(prior, combination).total == pytest.approx(expected, rel=1e-4)


def test_a_parameter_that_does_not_vary_does_not_count(rng):
    prior = rng.normal(size=(4, 6))
    prior[:, 2] = 0.5
    expected = 0.5 * 3 * (0.25 - 1 - np.log(0.25))
    assert computed(prior, scaled(4, 0.5)).total == pytest.approx(expected, rel=1e-8)


def test_is_defined_with_fewer_members_than_parameters(rng):
    """J − 1 < dim: equal to Eq. 7 in coordinates of the space that the ensemble spans."""
    prior = rng.normal(size=(5, 12))
    combination = rng.normal(size=(5, 5)) * 0.3 + np.eye(5)
    axes = np.linalg.svd(prior - prior.mean(0))[2][:4]
    expected = direct(combined(prior, combination) @ axes.T, prior @ axes.T)
    assert computed(prior, combination).total == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(("members", "parameters"), [(20, 3), (8, 12)])
@pytest.mark.parametrize("name", ["repeated", "tempered", "released"])
def test_inversion_says_how_its_ensemble_is_made_of_the_first(name, members, parameters, key, rng):
    """After three nonlinear iterations m₀ + coordinates·Uᵀ·A₀ is the ensemble, and its divergence
    that of Eq. 7.
    """
    ensemble, noise = ensembles.draw(
        key, jnp.ones(parameters), 1.0, ensembles.Shape(members, iterations=3, outputs=2)
    )
    matrix, state = rng.normal(size=(parameters, 2)), eki.init(ensemble)
    for own in noise:
        state, _ = eki.step(
            state,
            lambda w: jnp.sin(w @ matrix),
            eki.Data(jnp.ones(2), 0.3 * jnp.eye(2)),
            own,
            eki.schedule(name, 3),
        )
    prior, posterior = np.asarray(ensemble), np.asarray(state.ensemble)
    np.testing.assert_allclose(
        combined(prior, state.coordinates @ basis(ensemble).T), posterior, rtol=1e-10, atol=1e-12
    )
    axes = np.linalg.svd(prior - prior.mean(0), full_matrices=False)[2][: members - 1]
    total = divergence(state.coordinates).total
    assert total == pytest.approx(direct(posterior @ axes.T, prior @ axes.T), rel=1e-6)


def test_gradient_agrees_with_differences(prior, combination, rng):
    start = jnp.asarray(combination) @ basis(jnp.asarray(prior))
    direction = jnp.asarray(rng.normal(size=start.shape))
    slope = jax.jvp(lambda c: divergence(c).total, (start,), (direction,))[1]
    ends = [divergence(start + s * direction).total for s in (1e-6, -1e-6)]
    assert slope == pytest.approx(float(ends[0] - ends[1]) / 2e-6, rel=1e-6)


def inverted(ensemble, forward, noise):
    """The gain of the datum 1 with unit noise by one tempered iteration."""
    data, plan = eki.Data(jnp.ones(1), jnp.eye(1)), eki.schedule("tempered", 1)
    state, _ = eki.step(eki.init(ensemble), forward, data, noise, plan)
    return divergence(state.coordinates).total


def test_a_column_that_no_member_changes_carries_no_information(key):
    """One parameter N(0, 1) read with unit noise: ½(½ − 1 + ln 2 + ¼), up to 2000 members."""
    ensemble, noise = ensembles.draw(key, jnp.zeros(1), 1.0, ensembles.Shape(2000, 1, 1))
    beside = jnp.concatenate([ensemble, jnp.full((2000, 1), 0.1)], axis=1)
    gains = [
        inverted(both, lambda w: w[:, :1], noise[0])
        for both in (ensemble, beside, beside[:, ::-1] @ jnp.array([[0.0, 1.0], [1.0, 0.0]]))
    ]
    np.testing.assert_allclose(gains, gains[0], rtol=1e-10)
    assert gains[0] == pytest.approx(0.5 * (0.25 - 0.5 + np.log(2)), rel=0.1)


# members, parameters that vary, and how all parameters are made of them
SINGULAR = {
    "a constant": (40, 2, [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
    "a sum": (40, 2, [[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]),
    "a copy of another scale": (40, 2, [[1.0, 0.0, 1e9], [0.0, 1.0, 0.0]]),
    "fewer members than parameters": (5, 2, np.cos(np.arange(20.0)).reshape(2, 10)),
    "a small parameter among them": (5, 2, 1e-9 * np.eye(2, 10) + np.eye(2, 10, 3)),
    "constants among many": (6, 3, np.eye(3, 12)),
}


@pytest.mark.parametrize("case", SINGULAR)
def test_the_rank_is_that_of_the_data_whatever_the_shape(case, rng):
    """Parameters that others make up change nothing: the gain is that of the ones that vary."""
    members, varying, mapping = SINGULAR[case]
    own = rng.normal(size=(members, varying))
    prior, noise = jnp.asarray(own @ np.asarray(mapping) + 0.1), rng.normal(size=(members, 1))
    back = jnp.asarray(np.linalg.pinv(np.asarray(mapping)))

    def gain(slope):
        """The gain of reading a nonlinear function of those that vary."""
        return inverted(prior, lambda w: jnp.sin(slope * (w - 0.1) @ back)[:, :1], noise)

    def expected(slope):
        return inverted(jnp.asarray(own), lambda w: jnp.sin(slope * w)[:, :1], noise)

    assert np.count_nonzero(np.any(basis(prior) != 0, axis=0)) == varying
    value, slope = jax.jit(jax.value_and_grad(expected))(0.7)
    assert gain(0.7) == pytest.approx(float(value), rel=1e-7)
    assert jax.jit(gain)(0.7) == pytest.approx(float(value), rel=1e-7)
    for mapped in (
        jax.grad(gain),
        jax.jacfwd(gain),
        lambda s: jax.vmap(jax.grad(gain))(s[None])[0],
    ):
        assert jax.jit(mapped)(jnp.array(0.7)) == pytest.approx(float(slope), rel=1e-6)


def test_an_ensemble_without_any_spread_gains_nothing():
    same = jnp.full((6, 2), 0.3)
    assert inverted(same, lambda w: w[:, :1], jnp.ones((6, 1))) == 0.0


@pytest.mark.parametrize("parameters", [3, 30])
def test_the_basis_of_some_members_is_that_of_an_ensemble_of_them(parameters, rng):
    """Up to a rotation: the projector on it is the same, and rows of the others are zero."""
    prior, working = rng.normal(size=(12, parameters)), np.arange(12) % 5 > 0
    own = basis(jnp.asarray(np.where(working[:, None], prior, np.nan)), jnp.asarray(working))
    alone = basis(jnp.asarray(prior[working]))
    np.testing.assert_allclose(own[working] @ own[working].T, alone @ alone.T, atol=1e-12)
    np.testing.assert_allclose(own[~working], 0, atol=1e-14)


def test_fewer_than_two_members_have_no_divergence():
    assert np.isnan(divergence(jnp.ones((4, 2)), jnp.arange(4) < 1).total)
