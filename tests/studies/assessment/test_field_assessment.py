"""Errors of a field that is too strong by a known share, and of which networks and stages."""

import configurations
import jax.numpy as jnp
import numpy as np

from boed.config import overlays
from boed.numerics.field_errors import FieldErrors
from boed.studies.assessment import field_assessment
from boed.studies.assessment.field_assessment import REGIONS, FieldAssessment, RegionErrors
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import plume_system

SMOKE = configurations.smoke()


def test_a_source_of_another_strength_errs_by_the_same_share_everywhere():
    """Strength 3 and 1.5 in place of 2; mean squared errors from the exact plume."""
    study = plume_system(overlays.resolve(SMOKE, "parametric_error", "robust"))
    designs = jnp.array([[0.52, 0.31], [0.4, 0.4]])
    errors = RegionErrors(study)(jnp.array([[3.0], [1.5]]), study.plume.moment(0.03), designs)
    assert set(errors) == set(REGIONS)
    for found in errors.values():
        np.testing.assert_allclose(found.relative, [0.5, 0.25], rtol=1e-5)
    nodes = np.stack(np.meshgrid(*[np.linspace(0, 1, 51)] * 2, indexing="ij"), axis=-1)
    place = np.asarray(study.true.location)
    true = GaussianPlume(place, 2.0, 0.05, study.plume.velocity).at(nodes, 0.03)
    np.testing.assert_allclose(
        errors["total"].mean_squared, np.mean(true**2) * np.array([0.25, 0.0625]), rtol=1e-4
    )
    # nodes 24 … 28 and 13 … 17 about (26, 15.5)
    window = true[24:29, 13:18]
    np.testing.assert_allclose(
        errors["local_printed"].mean_squared[0], 0.25 * np.mean(window**2), rtol=1e-4
    )


def test_networks_moments_and_designs_of_before_and_after():
    """Three stages; what is looked at where: networks by name, designs by a number."""
    designs = [np.full((1, 2), number) for number in (1.0, 2.0, 3.0)]
    fields = FieldAssessment(
        errors=lambda weights, moment, design: (weights, moment, design[0, 0]),
        moments=["m1", "m2", "m3"],
        networks=["n1", "n2", "n3"],
        designs=designs,
        uncalibrated=[np.full((1, 2), 3.5)],
    )
    assert fields.now(3) == (("n2", "m3", 3.0), ("n3", "m3", 3.0))
    assert fields.later(2) == (("n1", "m3", 3.5), ("n2", "m3", 3.0))


def test_variables_of_no_stage_have_their_dimensions_all_the_same():
    region = {name: FieldErrors(np.array([1.0, 2.0]), np.array([3.0, 4.0])) for name in REGIONS}
    pair = field_assessment.BeforeAndAfter(region, region)
    found = field_assessment.error_variables("next_", "earlier_stage", [pair], replicates=2)
    assert found["next_total_relative_error"].dims == ("earlier_stage", "calibration", "replicate")
    np.testing.assert_array_equal(found["next_total_relative_error"], [[[3.0, 4.0]] * 2])
    none = field_assessment.error_variables("next_", "earlier_stage", [], replicates=2)
    assert none["next_local_printed_mean_squared_error"].shape == (0, 2, 2)
