"""Derivatives beside differences, of functions whose derivatives are known."""

import jax
import jax.numpy as jnp
import numpy as np

from boed.numerics import derivatives

PLACES = np.array([[0.3, 2.0], [0.6, -1.0]]), np.array([[0.5], [0.7]])
STEPS = np.array([1.0, 10.0, 0.1])


def smooth(parameters, design):
    return jnp.array([jnp.sin(parameters[0]) * design[0], parameters[1] ** 3 + design[0]])


def test_smooth_functions_agree_to_the_error_of_differences():
    errors, cut = derivatives.errors(smooth, PLACES, STEPS)
    assert errors.shape == (3,)
    assert (errors < 1e-6).all()
    assert not cut.any()


def test_a_derivative_that_is_off_by_a_tenth_is_found_where_it_is():

    @jax.custom_jvp
    def wrong(x):
        return x**2

    wrong.defjvp(lambda primals, tangents: (wrong(primals[0]), 2.2 * primals[0] * tangents[0]))

    def predict(parameters, design):
        return jnp.array([parameters[0] + wrong(parameters[1]) + design[0]])

    errors, _ = derivatives.errors(predict, PLACES, STEPS)
    np.testing.assert_allclose(errors, [0.0, 0.1, 0.0], atol=1e-6)


def test_differences_are_those_of_a_cubic():
    """(x + h)³ − (x − h)³ over 2h is 3x² + h²; all times the step."""
    evaluate = jax.vmap(jax.vmap(lambda point: point[:1] ** 3))
    found = derivatives.differences(evaluate, jnp.array([[2.0]]), np.array([0.5]), 0.2)
    np.testing.assert_allclose(found, [[[(3 * 4.0 + 0.1**2) * 0.5]]])


def test_a_derivative_that_is_no_number_is_infinitely_far():
    errors, _ = derivatives.errors(
        lambda p, d: jnp.array([jnp.sqrt(jnp.abs(p[0] - 0.3)) + p[1] + d[0]]), PLACES, STEPS
    )
    assert np.isinf(errors[0])


def test_steps_that_change_outputs_without_a_derivative_are_told_from_those_that_do_not():

    def predict(parameters, design):
        return jnp.array([jnp.round(parameters[0] * 10) + design[0] + 0 * parameters[1]])

    _, cut = derivatives.errors(predict, PLACES, STEPS)
    assert cut.tolist() == [True, False, False]
