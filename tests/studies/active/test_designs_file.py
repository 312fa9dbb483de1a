"""What the file of a comparison of designs holds, from parts made by hand."""

import jax.numpy as jnp
import numpy as np

from boed.numerics.field_errors import FieldErrors
from boed.studies.active import designs_file
from boed.studies.active.design_comparison import Judgement, Lessons
from boed.studies.active.ensemble_history import EnsembleHistory
from boed.systems.plume.sources import Source


def lessons(relative):
    relative = np.asarray(relative)
    return Lessons(weights=relative[..., None], mean_squared=relative**2, relative=relative)


def history(gain, non_gaussian):
    """Two iterations, the first without a gain."""
    gain = np.stack([np.zeros_like(gain), gain], axis=-1)
    rest = np.zeros((*gain.shape[:2], 3, 1))
    return EnsembleHistory(gain, rest, rest, np.asarray(non_gaussian), np.asarray(non_gaussian))


def judgement(relative):
    gain = np.array([[3.0, 2.0, 1.0]])
    forms = {"tempered": history(gain, -gain), "released": history(-gain, gain)}
    return Judgement(np.zeros((1, 2)), forms, lessons(relative))


def test_each_form_is_held_against_the_lessons_with_the_source_where_these_hold_it():
    """Gains fall along the designs; so errors that rise agree with them, errors that fall do
    not.
    """
    judgements = {"estimate": judgement([[0.1, 0.2, 0.3]]), "truth": judgement([[0.3, 0.2, 0.1]])}
    found = designs_file.rankings(judgements, np.array([[0, 0, 1], [0, 2, 1]]))
    # forms: tempered, released, importance weights of the tempered one's ensemble
    np.testing.assert_array_equal(found["ranking_rate"].values, [[1, 0, 0], [0, 1, 1]])
    assert found["held"].values.tolist() == ["estimate", "truth"]


def test_models_are_those_of_the_named_designs_and_the_one_that_did_not_learn():
    plain = FieldErrors(mean_squared=np.array([5.0, 6.0]), relative=np.array([7.0, 8.0]))
    named = np.array([[2, 0], [1, 2]])
    found = designs_file.errors_of_models(lessons([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]), named, plain)
    expected = [[0.3, 0.1, 7.0], [0.5, 0.6, 8.0]]
    np.testing.assert_allclose(found["model_relative_error"].values, expected)
    expected = [[0.09, 0.01, 5.0], [0.25, 0.36, 6.0]]
    np.testing.assert_allclose(found["model_mean_squared_error"].values, expected)
    assert found["learned_from"].values.tolist() == ["good", "poor", "baseline"]


def test_a_source_over_its_distance_is_averaged_over_directions():
    """A dipole along x averages to zero, r² to itself."""
    radii = jnp.linspace(0.0, 0.5, 6)
    lopsided = Source(lambda offsets: jnp.sum(offsets**2, axis=-1) + 3 * offsets[..., 0])
    np.testing.assert_allclose(designs_file.radial(lopsided, radii, 8), radii**2, atol=1e-12)
