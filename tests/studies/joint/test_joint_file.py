"""What the file of a joint study holds, from a record made by hand."""

import numpy as np

from boed.jobs import store
from boed.studies.joint.campaign import Record
from boed.studies.joint.joint_file import joint_dataset


def record(later):
    """Two stages of two replicates, numbered, `later` of them with a second design."""
    shapes = dict.fromkeys(Record._fields, (2, 2))
    shapes |= {"strength_log_probability": (2, 2, 7), "position_log_probability": (2, 2, 11, 11)}
    shapes |= {"first_design": (2, 2, 2), "second_design": (later, 2, 2)}
    return Record(
        **{name: np.arange(np.prod(s), dtype=float).reshape(s) for name, s in shapes.items()}
    )


def test_every_field_of_the_record_is_stored_under_its_name_with_unit_and_words(settings):
    found, kept = joint_dataset(settings, record(1)), record(1)
    store.require_described(found)
    for name, values in kept._asdict().items():
        np.testing.assert_array_equal(found[name].values, values, err_msg=name)
    np.testing.assert_array_equal(found.strength, [1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0])
    np.testing.assert_array_equal(found.later_stage, [2])
    assert float(found.sel(stage=2, replicate=1).location_error) == 3.0
    assert int(found["cells"]) == 11 * 11 * 7


def test_without_second_designs_no_later_stage_is_named(settings):
    found = joint_dataset(settings, record(0))
    assert "second_design" not in found
    assert "later_stage" not in found.coords
