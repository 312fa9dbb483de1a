"""Scales of fields, the sensors on them, the window on the tails of sources."""

import numpy as np
import xarray as xr

from boed.figures import model_fields


def test_a_scale_begins_at_zero_unless_the_field_is_negative():
    positive = xr.DataArray(np.linspace(0, 1, 201))
    assert model_fields.field_scale(positive) == ("viridis", 0.0, 0.995)
    assert model_fields.field_scale(positive - 0.005).vmin == 0.0
    scale = model_fields.field_scale(positive - 0.5)
    assert scale.vmin == -scale.vmax < 0


def test_a_few_great_values_do_not_make_the_scale():
    field = np.ones(1000)
    field[0] = 1e6
    assert model_fields.field_scale(xr.DataArray(field)).vmax == 1.0


def test_sensors_stand_around_the_design_of_their_stage():
    history = xr.Dataset(
        {
            "teaching_design": (
                ("stage", "replicate", "coordinate"),
                [[[0.1, 0.2], [0.3, 0.4]], [[0.5, 0.6], [0.7, 0.8]]],
            ),
            "sensor_offset": (("sensor", "coordinate"), [[0.0, 0.0], [0.0, 0.05]]),
        }
    )
    places = model_fields.sensors(history, replicate=1)
    np.testing.assert_allclose(places[1], [[0.7, 0.8], [0.7, 0.85]])


def test_the_tails_are_shown_by_their_own_greatest_value():
    radius = np.linspace(0, 1, 11)
    sources = xr.Dataset(
        {
            "true_source": ("radius", 10 * (radius < 0.35)),
            "model_source": (("learned_from", "radius"), [np.where(radius < 0.35, 10, -0.2)]),
        },
        coords={"radius": radius},
    )
    across, up = model_fields.tail_limits(sources)
    np.testing.assert_allclose(across, [0.4, 1.0])
    np.testing.assert_allclose(up, [-0.2, 0.2])
