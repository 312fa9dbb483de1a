"""The file of a study that learns from its own designs: what is stored of a record made by hand."""

import configurations
import numpy as np
import pytest

from boed.config import overlays
from boed.jobs import store
from boed.studies.active.history_file import history_dataset
from boed.studies.active.record import Record, StageErrors

SMOKE = configurations.smoke()


def made_by_hand(settings):
    stages, cells = len(settings["times"]), settings["belief"]["cells"]
    shapes = dict.fromkeys(Record._fields, (stages, 3)) | {
        **dict.fromkeys(StageErrors._fields, (stages, 2, 3)),
        **dict.fromkeys(("design", "teaching_design", "most_probable"), (stages, 3, 2)),
        "log_probability": (stages, 3, cells, cells),
        "particles": (stages, 3, 0, 2),
        "observation": (stages, 3, 1),
        "weights": (stages, 3, 1),
    }
    return Record(**{name: np.full(shape, 2.5) for name, shape in shapes.items()})


def test_every_field_is_stored_under_its_name_and_the_replicate_in_the_middle_is_shown():
    settings = overlays.resolve(SMOKE, "active_parametric", "robust") | {"replicates": 3}
    record = made_by_hand(settings)
    distance = np.tile([0.3, 0.1, 0.2], (len(settings["times"]), 1))
    found = history_dataset(
        settings, np.full((3, 1), 3.0), record._replace(location_error=distance)
    )
    store.require_described(found)
    assert int(found.shown_replicate) == 2
    # stored where the model's flow is not the true one, and of a belief that is no grid
    assert set(Record._fields) - set(found.data_vars) == {"attributed_growth", "particles"}
    np.testing.assert_array_equal(found.location_error.values, distance)
    np.testing.assert_array_equal(found.first_weights.values, 3.0)
    assert float(found.field_relative_error.sel(stage=2, calibration="after", replicate=1)) == 2.5
    # the model's strength before the first stage, what was learned after it: the field is linear
    # in it
    field = found.modelled_field.sel(stage=1)
    np.testing.assert_allclose(
        field.sel(calibration="before") * 2.5, field.sel(calibration="after") * 3.0, rtol=1e-9
    )


@pytest.mark.parametrize("name", ["near_field_relative_error", "field_relative_error"])
def test_an_error_of_a_field_that_is_no_number_anywhere_is_not_stored(name):
    settings = overlays.resolve(SMOKE, "active_parametric", "robust") | {"replicates": 3}
    record = made_by_hand(settings)
    wrong = record._replace(**{name: np.full_like(getattr(record, name), np.nan)})
    found = history_dataset(settings, np.full((3, 1), 3.0), wrong)
    with pytest.raises(store.StoreError, match=rf"\b{name}"):
        store.require_finite(found)
