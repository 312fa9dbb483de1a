"""Designs of a stage: which are proposed, and who is asked about which."""

import jax
import jax.numpy as jnp
import numpy as np

from boed.studies.active import design_comparison
from boed.studies.active.design_comparison import AskIndicator
from boed.studies.active.ensemble_history import EnsembleHistory


def test_proposed_designs_stay_near_and_within_the_domain():
    design = jnp.array([[0.02, 0.5], [0.9, 0.9]])
    block, domain = (
        {"reach": 0.1, "candidates": 40, "shift": [0.02, -0.03]},
        {"lower": 0.0, "upper": 0.95},
    )
    found = design_comparison.proposed(jax.random.key(0), design, block, domain | {"domain": "box"})
    assert found.shape == (2, 42, 2)
    np.testing.assert_array_equal(found[:, 0], design)
    np.testing.assert_allclose(found[:, 1], [[0.04, 0.47], [0.92, 0.87]])
    assert float(jnp.abs(found - design[:, None]).max()) <= 0.1
    assert float(found.min()) == 0.0
    assert float(found.max()) == 0.95


def test_every_replicate_is_asked_about_its_own_designs():
    """A history that is x·weight + centre, one replicate a call; by hand."""

    def histories(moment, designs, held, keys):
        assert len(designs) == len(held.weights) == len(keys) == 1
        value = designs[..., 0] * held.weights + held.centre[:, :1]
        return EnsembleHistory(*[value] * len(EnsembleHistory._fields))

    designs = jnp.array([[[1.0, 0], [2.0, 0]], [[3.0, 0], [4.0, 0]], [[5.0, 0], [6.0, 0]]])
    weights = jnp.array([[1.0], [10.0], [100.0]])
    centre = jnp.array([[0.1, 0.0], [0.2, 0.0], [0.3, 0.0]])
    stage = design_comparison.Stage(
        moment=jnp.zeros(1),
        time=jnp.asarray(0.1),
        design=centre,
        weights=weights,
        prior=jnp.zeros((3, 2, 2)),
    )
    ask = AskIndicator(histories, sensors=1)
    history = ask(stage, designs, centre, jax.random.key(0))
    np.testing.assert_allclose(history.gain, [[1.1, 2.1], [30.2, 40.2], [500.3, 600.3]])
