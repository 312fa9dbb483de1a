"""The utility that joint design ascends, against differences and a direct sum."""

import jax
import jax.numpy as jnp
import numpy as np

from boed.studies.joint import belief
from boed.studies.joint.search import JointInputs, MeasuredProblem, MeasuredUtility


def test_gradient_of_the_utility_agrees_with_differences(study, plumes, prior, design):
    utility = MeasuredUtility(study, plumes, prior, jnp.array(0.7))
    both = jax.jit(jax.value_and_grad(lambda place: utility(place)))
    step, gradient = 1e-5, both(design)[1]
    differences = [
        (both(design + s)[0] - both(design - s)[0]) / (2 * step) for s in step * jnp.eye(2)
    ]
    np.testing.assert_allclose(gradient, differences, rtol=1e-5)


def test_a_search_sees_the_gain_of_the_datum_that_comes_within_its_move_limit(
    settings, study, plumes, prior, likelihood, design
):
    """The divergence summed cell by cell, for the true value at the design and no noise."""
    make = MeasuredProblem(study, settings["experiment"])
    moment = study.inversion.plume.moment(0.061)

    @jax.jit
    def seen(start):
        problem = make(moment, start, JointInputs(prior, jnp.array(0.0), 0.2))
        return problem.value(start, jax.random.key(0)), problem.box

    value, box = seen(design)
    datum = study.inversion.observe(plumes.truth, design)
    posterior = np.asarray(belief.update(prior, likelihood(datum)))
    expected = np.sum(np.exp(posterior) * (posterior - np.asarray(prior)))
    np.testing.assert_allclose(value, expected, rtol=1e-9)
    np.testing.assert_allclose(box.lower, np.asarray(design) - 0.2)
    np.testing.assert_allclose(box.upper, np.asarray(design) + 0.2)
