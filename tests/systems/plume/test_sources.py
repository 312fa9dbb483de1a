"""Source terms: peak values and integrals in closed form."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad

from boed.systems.gaussian_source import GaussianSource
from boed.systems.plume.sources import Missing, ReciprocalPrinted, ReciprocalReleased, Source, make

CENTRE = jnp.zeros(2)


@pytest.mark.parametrize(
    ("name", "peak"),
    [("gaussian", 127.32), ("reciprocal_released", 190.99), ("reciprocal_printed", 381.97)],
)
def test_peaks_are_those_of_the_papers(name, peak):
    assert make(name, 2.0, 0.05)(CENTRE) == pytest.approx(peak, abs=0.01)


def radial_integral(source, end):
    def radial(r):
        return 2 * np.pi * r * float(source(jnp.array([r, 0.0])))

    return quad(radial, 0, end, points=[0.02, 0.1, 0.5], limit=200)[0]


def test_what_is_missing_makes_the_modelled_source_the_true_one():
    offsets = jnp.array([[0.0, 0.0], [0.03, -0.1], [1.0, 2.0]])
    true, modelled = GaussianSource(2.0, 0.05), ReciprocalReleased(2.0, 0.05)
    joint = Source(modelled, smooth=Missing(true, modelled))
    np.testing.assert_allclose(joint(offsets), true(offsets), atol=1e-12)


def test_gaussian_emits_its_strength():
    assert radial_integral(GaussianSource(2.0, 0.05), 1.0) == pytest.approx(2.0, rel=1e-9)


def test_released_reciprocal_emits_three_quarters_pi_of_its_strength():
    """∫ 1.5 s/(2πh²)/((r²/2h²)² + 1) 2πr dr = 1.5 s·atan(R²/2h²)."""
    expected = 1.5 * 2.0 * np.arctan(2.0**2 / (2 * 0.05**2))
    assert radial_integral(ReciprocalReleased(2.0, 0.05), 2.0) == pytest.approx(expected, rel=1e-8)


def test_printed_reciprocal_has_a_logarithmic_tail():
    h, end = 0.05, 2.0
    expected = 3 * 2.0 * 2 * h**2 * np.log1p(end**2 / (4 * h**4))
    assert radial_integral(ReciprocalPrinted(2.0, h), end) == pytest.approx(expected, rel=1e-6)


def test_a_source_is_its_scaled_sharp_part_plus_its_smooth_part():
    offsets = jnp.array([[0.0, 0.0], [0.1, -0.2]])
    source = Source(GaussianSource(2.0, 0.05), 3.0, lambda z: z[..., 0] + 1.0)
    np.testing.assert_allclose(
        source(offsets), 3 * GaussianSource(2.0, 0.05)(offsets) + offsets[:, 0] + 1
    )


def test_unknown_name_says_what_there_is():
    with pytest.raises(ValueError, match="gausian.*choose one of gaussian, reciprocal_released"):
        make("gausian", 2.0, 0.05)
