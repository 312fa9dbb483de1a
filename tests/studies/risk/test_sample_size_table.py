"""Every statistic of every case, design and quantity ends where its name says."""

import numpy as np
import pytest
from model_files import linear

from boed.studies.risk import sample_size_table, sample_sizes

NUMBERS = [[100, 4, 5], [200, 6, 7], [300, 8, 9]]
SETTINGS = linear() | {
    "sample_sizes": {"designs": [0.1, 1.0], "numbers": NUMBERS, "likelihoods": 1e6},
}


def rows(names):
    """Numbers that say where they belong: case, design, quantity, statistic."""
    cases = sample_size_table.cases(SETTINGS["sample_sizes"])
    return [
        [
            [
                {name: 1000 * c + 100 * d + 10 * q + s for s, name in enumerate(names)}
                for q in (0, 1)
            ]
            for d in range(2)
        ]
        for c in range(len(cases))
    ]


def test_numbers_are_where_they_belong():
    data = sample_size_table.dataset(
        SETTINGS, rows(sample_size_table.MEASURED), rows(sample_sizes.PREDICTED)
    )
    # the second kind of inner samples, second design, third numbers: case 5
    place = {"inner": "shared", "numbers": "300_8_9", "design": 1.0}
    assert float(data.expected_utility_bias.sel(place)) == 5100
    assert float(data.utility_variance_variance.sel(place)) == 5112
    assert float(data.predicted_utility_variance_inner_variance.sel(place)) == 5112
    assert data.utility_variance_variance.units == "nat4"
    assert data.first_samples.values.tolist() == [4, 6, 8]
    assert data.predicted_expected_utility_bias.long_name.startswith("leading order: ")


def test_existence_follows_the_signal():
    """A signal of 0.3 deviations lets moments exist, one of 3 none: the roots are at 0.56 and
    0.28.
    """
    data = sample_size_table.existence(SETTINGS)
    assert data["mean_exists"].values.shape == (2, 3)
    assert not data["mean_exists"].values[1].any()
    assert not data["variance_exists"].values.any()
    assert data["greatest_moment"].values[0] == pytest.approx(1 + np.sqrt(1 + 1 / 0.09))


def test_units_of_powers():
    assert [sample_size_table.power("nat", n) for n in (1, 2)] == ["nat", "nat2"]
    assert sample_size_table.power("nat2", 2) == "nat4"
