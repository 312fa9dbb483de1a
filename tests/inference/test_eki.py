"""Ensemble Kalman inversion against the linear-Gaussian posterior, which it tends to,
or does not.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from boed.inference import eki
from boed.inference.divergence import basis, divergence, projection

MEMBERS, ITERATIONS = 2000, 3
MATRIX = np.array([[1.0, 0.5, -0.2], [0.3, -1.0, 0.8]])
NOISE = np.array([[0.3, 0.0], [0.1, 0.4]])
DATA = np.array([1.0, -0.5])


def closed_form():
    """Posterior mean, covariance and information gain for a standard normal prior."""
    precision = np.eye(3) + MATRIX.T @ np.linalg.inv(NOISE @ NOISE.T) @ MATRIX
    covariance = np.linalg.inv(precision)
    mean = covariance @ MATRIX.T @ np.linalg.inv(NOISE @ NOISE.T) @ DATA
    gain = 0.5 * (np.trace(covariance) - 3 - np.log(np.linalg.det(covariance)) + mean @ mean)
    return mean, covariance, gain


def run(name, seed, members=MEMBERS, iterations=ITERATIONS):
    first, second = jax.random.split(jax.random.key(seed))
    ensemble = jax.random.normal(first, (members, 3))
    # exact first and second moments, so that only the inversion itself is judged
    centred = ensemble - ensemble.mean(axis=0)
    ensemble = centred @ jnp.linalg.inv(jnp.linalg.cholesky(jnp.cov(centred.T))).T
    noise = jax.random.normal(second, (iterations, members, 2))
    state = eki.init(ensemble)
    for own in noise:
        state, _ = eki.step(
            state,
            lambda w: w @ MATRIX.T,
            eki.Data(jnp.asarray(DATA), jnp.asarray(NOISE)),
            own,
            eki.schedule(name, iterations),
        )
    final = np.asarray(state.ensemble)
    return final.mean(axis=0), np.cov(final.T), float(divergence(state.coordinates).total)


@pytest.fixture(scope="module")
def tempered():
    """Mean over ten runs, J = 2000: one run scatters by 1/√J, which is 2 % by itself."""
    runs = [run("tempered", seed) for seed in range(10)]
    return tuple(np.mean([r[i] for r in runs], axis=0) for i in range(3))


def test_tempered_schedule_tends_to_the_posterior(tempered):
    mean, covariance, gain = closed_form()
    np.testing.assert_allclose(tempered[0], mean, atol=0.02 * np.linalg.norm(mean))
    np.testing.assert_allclose(tempered[1], covariance, atol=0.02 * np.linalg.norm(covariance))
    assert tempered[2] == pytest.approx(gain, rel=0.02)


@pytest.mark.slow
def test_tempered_error_falls_with_the_ensemble():
    _, _, gain = closed_form()
    errors = [
        np.mean([abs(run("tempered", s, members=m)[2] - gain) for s in range(8)])
        for m in (50, 500, 5000)
    ]
    assert errors[0] > 2 * errors[1] > 4 * errors[2]


def test_repeated_schedule_uses_the_data_as_often_as_it_iterates():
    """Its covariance is the posterior's for data of a third of the noise variance, not the
    posterior's.
    """
    _, covariance, gain = closed_form()
    _, repeated, repeated_gain = run("repeated", 0)
    precision = np.eye(3) + 3 * MATRIX.T @ np.linalg.inv(NOISE @ NOISE.T) @ MATRIX
    thrice = np.linalg.inv(precision)
    assert np.linalg.norm(repeated - thrice) < 0.05 * np.linalg.norm(thrice)
    of_data = [np.trace(MATRIX @ c @ MATRIX.T) for c in (repeated, thrice, covariance)]
    assert of_data[0] == pytest.approx(of_data[1], rel=0.05)
    assert of_data[0] < 0.5 * of_data[2]
    assert repeated_gain > 1.1 * gain


def test_repeated_gain_grows_with_the_iterations_and_tempered_does_not():
    repeated = [run("repeated", 1, iterations=k)[2] for k in (1, 4, 16)]
    tempered_gain = [run("tempered", 1, iterations=k)[2] for k in (1, 4, 16)]
    assert repeated[0] < repeated[1] - 0.5 < repeated[2] - 1.0
    assert max(tempered_gain) - min(tempered_gain) < 0.05 * tempered_gain[0]


def test_released_schedule_quarters_the_observed_variance_whatever_the_design(key):
    """One output, linear map: the covariance part is ½(r − 1 − ln r), r = 4⁻ⁿ."""
    ensemble = jax.random.normal(key, (40, 5))
    plan = eki.schedule("released", 3)
    for direction in (jnp.array([1.0, 0, 0, 0, 0]), jnp.array([0.1, -3.0, 2.0, 0.0, 5.0])):
        state, parts = eki.init(ensemble), []
        for _ in range(3):
            state, _ = eki.step(
                state,
                lambda w, d=direction: w @ d[:, None],
                eki.Data(jnp.ones(1), jnp.eye(1)),
                jnp.zeros((40, 1)),
                plan,
            )
            parts.append(float(divergence(state.coordinates).covariance))
        np.testing.assert_allclose(
            parts, [0.5 * (4.0**-n - 1 + n * np.log(4)) for n in (1, 2, 3)], rtol=1e-9
        )


def test_released_schedule_stays_finite_for_many_iterations(key):
    """K = 24: the observed deviation falls by 2²⁴, where squared anomalies would run out of digits
    at 2²⁶.
    """
    ensemble, direction = jax.random.normal(key, (40, 5)), jnp.array([0.1, -3.0, 2.0, 0.0, 5.0])
    state, plan = eki.init(ensemble), eki.schedule("released", 24)
    for _ in range(24):
        state, _ = eki.step(
            state,
            lambda w: w @ direction[:, None],
            eki.Data(jnp.ones(1), jnp.eye(1)),
            jnp.zeros((40, 1)),
            plan,
        )
    expected = 0.5 * (4.0**-24 - 1 + 24 * np.log(4))
    assert divergence(state.coordinates).covariance == pytest.approx(expected, rel=1e-5)


def test_one_step_is_equation_5_written_out(key, rng):
    ensemble, noise = jax.random.normal(key, (6, 3)), rng.normal(size=(6, 2))
    state, info = eki.step(
        eki.init(ensemble),
        lambda w: jnp.sin(w @ MATRIX.T),
        eki.Data(jnp.asarray(DATA), jnp.asarray(NOISE)),
        jnp.asarray(noise),
        eki.schedule("repeated", 1),
    )
    w, g = np.asarray(ensemble), np.sin(np.asarray(ensemble) @ MATRIX.T)
    cross = sum(np.outer(a - w.mean(0), b - g.mean(0)) for a, b in zip(w, g, strict=True)) / 5
    inner = sum(np.outer(b - g.mean(0), b - g.mean(0)) for b in g) / 5
    gain = cross @ np.linalg.inv(inner + NOISE @ NOISE.T)
    expected = [a + gain @ (DATA + NOISE @ e - b) for a, b, e in zip(w, g, noise, strict=True)]
    np.testing.assert_allclose(state.ensemble, expected, rtol=1e-10)
    np.testing.assert_allclose(info.gain, gain, rtol=1e-10)


def test_one_member_is_too_few():
    with pytest.raises(ValueError, match="at least 2 members, got 1"):
        eki.init(jnp.zeros((1, 3)))


def test_unknown_schedule_says_what_there_is():
    with pytest.raises(ValueError, match="choose one of repeated, tempered, released"):
        eki.schedule("annealed", 3)


def test_unknown_localisation_says_what_there_is():
    with pytest.raises(ValueError, match="choose one of none, correlation"):
        eki.schedule("tempered", 3, localisation="distance")


def test_inflation_scales_the_spread_and_not_the_mean(key):
    ensemble = jax.random.normal(key, (20, 3))
    data = eki.Data(jnp.asarray(DATA), jnp.asarray(NOISE))
    arguments = (lambda w: w @ MATRIX.T, data, jnp.zeros((20, 2)))
    plain, inflated = (
        eki.step(eki.init(ensemble), *arguments, eki.schedule("tempered", 1, inflation=factor))[
            0
        ].ensemble
        for factor in (1.0, 1.5)
    )
    np.testing.assert_allclose(inflated.mean(axis=0), plain.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(np.cov(inflated.T), 1.5**2 * np.cov(plain.T), rtol=1e-12)


def test_inflation_is_in_the_coordinates_too(key):
    ensemble = jax.random.normal(key, (20, 3))
    plan = eki.schedule("tempered", 1, inflation=1.5)
    state, _ = eki.step(
        eki.init(ensemble),
        lambda w: w @ MATRIX.T,
        eki.Data(jnp.asarray(DATA), jnp.asarray(NOISE)),
        jnp.ones((20, 2)),
        plan,
    )
    made = ensemble.mean(axis=0) + state.coordinates @ basis(ensemble).T @ (
        ensemble - ensemble.mean(axis=0)
    )
    np.testing.assert_allclose(made, state.ensemble, rtol=1e-10)


def test_taper_is_nearer_to_the_true_correlation_than_the_sample(rng):
    """Mean squared error over many samples of 20, for correlations from none to strong."""
    better = []
    for true in (0.0, 0.1, 0.3, 0.6, 0.9):
        x = rng.normal(size=(20, 4000))
        y = true * x + np.sqrt(1 - true**2) * rng.normal(size=(20, 4000))
        x, y = x - x.mean(axis=0), y - y.mean(axis=0)
        sampled = np.sum(x * y, axis=0) / np.sqrt(np.sum(x**2, axis=0) * np.sum(y**2, axis=0))
        taper = jax.vmap(lambda a, b: eki.correlation_taper(a[:, None], b[:, None])[0, 0])
        factor = np.asarray(taper(jnp.asarray(x.T), jnp.asarray(y.T)))
        assert ((factor >= 0) & (factor <= 1)).all()
        better.append(np.mean((factor * sampled - true) ** 2) / np.mean((sampled - true) ** 2))
    assert better[0] < 0.6
    assert np.mean(better) < 1


def test_taper_leaves_a_perfect_correlation_alone_and_a_parameter_that_does_not_vary(key):
    outputs = jax.random.normal(key, (10, 1))
    outputs = outputs - outputs.mean()
    members = jnp.concatenate([3 * outputs, jnp.zeros((10, 1))], axis=1)
    np.testing.assert_allclose(
        eki.correlation_taper(members, outputs)[:, 0], [1.0, 0.0], atol=1e-12
    )


@pytest.mark.slow
def test_localisation_keeps_parameters_that_do_not_matter_nearer_to_their_prior(key):
    """Of 500 parameters one is observed; 20 members correlate it with the others by chance."""
    ensemble = jax.random.normal(key, (20, 500))
    spread = {}
    for name in ("none", "correlation"):
        plan = eki.schedule("tempered", 1, localisation=name)
        state, _ = eki.step(
            eki.init(ensemble),
            lambda w: w[:, :1],
            eki.Data(jnp.ones(1), 0.1 * jnp.eye(1)),
            jnp.zeros((20, 1)),
            plan,
        )
        spread[name] = np.mean((state.ensemble[:, 1:] - ensemble[:, 1:]) ** 2)
        assert np.asarray(state.ensemble)[:, 0].mean() == pytest.approx(1.0, abs=0.1)
    assert spread["correlation"] < 0.5 * spread["none"]


@pytest.mark.parametrize("parameters", [3, 30])
def test_projection_finds_the_coordinates_of_an_ensemble_within_the_span(parameters, key):
    ensemble = jax.random.normal(key, (12, parameters))
    wanted = 0.5 * jnp.eye(12) + 0.1
    made = ensemble.mean(axis=0) + wanted @ (ensemble - ensemble.mean(axis=0))
    found = projection(ensemble, jnp.ones(12, dtype=bool))(made)
    np.testing.assert_allclose(found, wanted @ basis(ensemble), atol=1e-10)


def test_two_members_are_too_few_for_correlations():
    with pytest.raises(ValueError, match="at least 3 members, got 2"):
        eki.correlation_taper(jnp.ones((2, 3)), jnp.ones((2, 1)))


def released(ensemble, forward, observed, iterations=3):
    """(ensemble, its divergence) after some iterations of the schedule that leaves Γ out."""
    state, outputs = eki.init(ensemble), len(observed)
    for _ in range(iterations):
        state, _ = eki.step(
            state,
            forward,
            eki.Data(observed, jnp.eye(outputs)),
            jnp.zeros((len(ensemble), outputs)),
            eki.schedule("released", iterations),
        )
    return state.ensemble, divergence(state.coordinates)


@pytest.mark.parametrize("outputs", [4, 5, 8])
def test_released_schedule_with_as_many_outputs_as_members_takes_the_pseudo_inverse(
    outputs, key, rng
):
    """J = 5: all four directions of the members are quartered in variance, whatever is read."""
    ensemble, matrix = jax.random.normal(key, (5, 6)), 0.2 * rng.normal(size=(6, outputs))
    observed = jnp.linspace(0.0, 1.0, outputs)
    found, parts = jax.jit(lambda w: released(w, lambda w: w @ matrix, observed))(ensemble)
    expected = np.asarray(ensemble)
    for _ in range(3):
        g = expected @ matrix
        a, b = expected - expected.mean(0), g - g.mean(0)
        gain_matrix = a.T @ b @ np.linalg.pinv(b.T @ b, rcond=1e-10)
        expected = expected + 0.5 * (np.asarray(observed) - g) @ gain_matrix.T
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)
    axes = np.linalg.svd(ensemble - ensemble.mean(0))[2][:4]
    before, after = np.asarray(ensemble) @ axes.T, expected @ axes.T
    inverse, shift = np.linalg.inv(np.cov(before.T)), after.mean(0) - before.mean(0)
    ratio = inverse @ np.cov(after.T)
    direct = 0.5 * (np.trace(ratio) - 4 - np.linalg.slogdet(ratio)[1] + shift @ inverse @ shift)
    assert parts.total == pytest.approx(direct, rel=1e-6)
    quartered = 0.5 * 4 * (4.0**-3 - 1 + 3 * np.log(4))
    assert parts.covariance == pytest.approx(quartered, rel=1e-9)


def test_two_sensors_that_read_the_same_are_worth_one_under_the_released_schedule(key):
    ensemble, slope = jax.random.normal(key, (5, 3)), jnp.array([1.0, -2.0, 0.5])

    def gain(scale, copies):
        def forward(w):
            return jnp.tile(jnp.sin(scale * w @ slope)[:, None], (1, copies))

        return released(ensemble, forward, jnp.ones(copies))[1].total

    assert gain(0.3, 2) == pytest.approx(float(gain(0.3, 1)), rel=1e-9)
    slopes = [jax.grad(gain)(0.3, copies) for copies in (1, 2)]
    assert slopes[1] == pytest.approx(float(slopes[0]), rel=1e-7)


@pytest.mark.parametrize("outputs", [1, 2])
def test_what_all_members_predict_alike_moves_none_of_them(outputs, key):
    """Without Γ, 0/0: sensors that tell no member from another."""
    ensemble = jax.random.normal(key, (5, 3))
    found, parts = released(ensemble, lambda w: 0.0 * w[:, :outputs] + 0.3, jnp.ones(outputs))
    np.testing.assert_allclose(found, ensemble, rtol=1e-12)
    assert parts.total == pytest.approx(0.0, abs=1e-12)


def sequence(ensemble, forward, noise, name="tempered", localisation="none"):
    """(state, info of the last iteration) after one iteration a row of perturbations."""
    state = eki.init(ensemble)
    plan = eki.schedule(name, len(noise), localisation=localisation)
    for own in noise:
        data = eki.Data(jnp.asarray(DATA), jnp.asarray(NOISE))
        state, info = eki.step(state, forward, data, own, plan)
    return state, info


def gained(state, first, localisation="none"):
    return eki.gained(state, first, eki.schedule("tempered", 1, localisation=localisation)).total


@pytest.mark.parametrize("localisation", ["none", "correlation"])
@pytest.mark.parametrize("members", [12, 4])
@pytest.mark.parametrize("name", ["repeated", "tempered", "released", "unperturbed"])
def test_a_member_that_fails_is_as_if_it_had_not_been_drawn(name, members, localisation, key, rng):
    """Its prediction is NaN or infinite from the first iteration on."""
    ensemble = jax.random.normal(key, (members, 3))
    noise = jnp.asarray(rng.normal(size=(3, members, 2)))
    failing = ensemble.at[2, 0].set(50.0)

    def forward(w):
        predictions = jnp.sin(w @ MATRIX.T)
        return predictions.at[:, 1].set(jnp.where(w[:, 0] > 40, jnp.inf, predictions[:, 1]))

    kept = np.arange(members) != 2
    plan = name, localisation
    state, info = sequence(failing, forward, noise, *plan)
    alone, expected = sequence(ensemble[kept], forward, noise[:, kept], *plan)
    np.testing.assert_array_equal(info.working, kept)
    np.testing.assert_allclose(state.ensemble[kept], alone.ensemble, rtol=1e-9)
    np.testing.assert_allclose(info.gain, expected.gain, rtol=1e-9, atol=1e-12)
    assert gained(state, failing, localisation) == pytest.approx(
        float(gained(alone, ensemble[kept], localisation)), rel=1e-8
    )
    begun = eki.init(failing, jnp.asarray(kept))
    np.testing.assert_allclose(begun.ensemble[kept], ensemble[kept])


def test_a_member_that_fails_later_is_left_out_from_then_on(key, rng):
    """Its gain is that of the others, their first ensemble being the prior."""
    ensemble, noise = jax.random.normal(key, (12, 3)), jnp.asarray(rng.normal(size=(2, 12, 2)))
    runs = iter([False, True])

    def forward(w):
        predictions = jnp.sin(w @ MATRIX.T)
        return predictions.at[7].set(jnp.where(next(runs), jnp.nan, predictions[7]))

    state, info = sequence(ensemble, forward, noise)
    kept = np.arange(12) != 7
    np.testing.assert_array_equal(info.working, kept)
    prior, posterior = np.asarray(ensemble)[kept], np.asarray(state.ensemble)[kept]
    inverse, shift = np.linalg.inv(np.cov(prior.T)), posterior.mean(0) - prior.mean(0)
    ratio = inverse @ np.cov(posterior.T)
    direct = 0.5 * (np.trace(ratio) - 3 - np.linalg.slogdet(ratio)[1] + shift @ inverse @ shift)
    assert gained(state, ensemble) == pytest.approx(direct, rel=1e-8)


def test_without_two_members_that_work_there_is_no_gain(key):
    ensemble, noise = jax.random.normal(key, (6, 3)), jnp.zeros((2, 6, 2))
    for failing in (6, 5):

        def forward(w, failing=failing):
            bad = jnp.arange(6)[:, None] < failing
            return jnp.where(bad, jnp.nan, jnp.sin(w @ MATRIX.T))

        state, _ = sequence(ensemble, forward, noise)
        assert state.working.sum() < 2
        assert np.isnan(gained(state, ensemble))


def test_the_gain_of_stored_runs_is_the_closed_form_and_leaves_out_those_that_failed():
    """Of a linear-Gaussian black box, whose predictions alone are known."""
    _, _, gain = closed_form()
    first, second = jax.random.split(jax.random.key(3))
    ensemble, noise = jax.random.normal(first, (10_000, 3)), jax.random.normal(second, (10_000, 2))
    predictions = np.asarray(ensemble) @ MATRIX.T
    predictions[::20] = np.nan
    data = eki.Data(jnp.asarray(DATA), jnp.asarray(NOISE))
    found = eki.stored_gain(ensemble, jnp.asarray(predictions), data, noise)
    np.testing.assert_allclose(found.total, gain, rtol=0.03)
