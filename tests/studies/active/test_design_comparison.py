"""Rankings of designs: who is right where it can be told by hand."""

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from boed.studies.active import design_comparison
from boed.studies.active.indicator import History
from boed.studies.hybrid.inverse_problem import Inversion
from boed.systems.plume.sources import Source


def test_a_pair_is_ranked_right_where_more_gain_leaves_less_error():
    gains, errors = np.array([[3.0, 1.0, 2.0]]), np.array([[0.1, 0.3, 0.4]])
    pairs = np.array([[0, 0, 1], [0, 1, 2], [0, 2, 0]])
    np.testing.assert_array_equal(design_comparison.ranked_right(pairs, gains, errors), [1, 0, 1])


@given(st.integers(2, 8), st.integers(1, 5), st.integers(1, 40))
def test_random_pairs_are_of_two_designs_of_one_replicate(designs, replicates, count):
    pairs = design_comparison.random_pairs(np.random.default_rng(1), replicates, designs, count)
    assert pairs.shape == (count, 3)
    assert (pairs[:, 1] != pairs[:, 2]).all()
    assert (pairs >= 0).all()
    assert (pairs[:, 0] < replicates).all()
    assert (pairs[:, 1:] < designs).all()


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


def test_a_source_over_its_distance_is_averaged_over_directions():
    """A dipole along x averages to zero, r² to itself."""
    radii = jnp.linspace(0.0, 0.5, 6)
    lopsided = Source(lambda offsets: jnp.sum(offsets**2, axis=-1) + 3 * offsets[..., 0])
    np.testing.assert_allclose(design_comparison.radial(lopsided, radii, 8), radii**2, atol=1e-12)


def test_every_replicate_is_asked_about_its_own_designs(monkeypatch):
    """A history that is x·weight + centre, one replicate a call; by hand."""

    def histories(study, settings, form, schedule):
        def find(moment, designs, weights, centre, noise, keys):
            value = designs[..., 0] * weights + centre[:, :1]
            return History(*[value] * len(History._fields))

        return find

    monkeypatch.setattr(design_comparison, "histories", histories)
    designs = jnp.array(
        [[[1.0, 0.0], [2.0, 0.0]], [[3.0, 0.0], [4.0, 0.0]], [[5.0, 0.0], [6.0, 0.0]]]
    )
    weights, centre = (
        jnp.array([[1.0], [10.0], [100.0]]),
        jnp.array([[0.1, 0.0], [0.2, 0.0], [0.3, 0.0]]),
    )
    stage = design_comparison.Stage(None, jnp.asarray(0.1), centre, weights, jnp.zeros((3, 2, 2)))
    study = Inversion(*[None] * len(Inversion._fields))._replace(offsets=np.zeros((1, 2)))
    form = {"variance": None, "array": None, "schedule": "tempered"}
    found = design_comparison.told(study, {}, form, stage, designs, centre, jax.random.key(0))
    np.testing.assert_allclose(found.gain, [[1.1, 2.1], [30.2, 40.2], [500.3, 600.3]])
