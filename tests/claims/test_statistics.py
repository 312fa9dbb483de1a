"""Statistics of the scorecard by hand, and their bootstrap against the sampling distribution."""

import numpy as np
import pytest
import xarray as xr
from scipy import stats

from boed.claims.statistics import Bootstrap, Wanted, measure

PLAIN = xr.DataArray(
    [[1.0, 3.0, 2.0], [4.0, 5.0, 6.0], [3.0, 2.0, 1.0], [9.0, 8.0, 7.0], [1.0, 1.0, 2.0]],
    dims=("replicate", "stage"),
    coords={"stage": [1, 10, 100]},
)


def value(values, name, along="", bound=0.0):
    return measure(values, Wanted(name, along, bound), Bootstrap(200, 0.95, 0)).value


@pytest.mark.parametrize(
    ("name", "along", "bound", "expected"),
    [
        ("greatest", "", 0.0, 3.0),  # 3, 6, 3, 9, 2
        ("least", "", 0.0, 1.0),  # 1, 4, 1, 7, 1
        ("share_rising", "stage", 0.0, 0.2),
        ("share_falling", "stage", 0.0, 0.4),
        ("share_above", "", 0.9, 1.0),
        ("share_above", "", 1.0, 0.4),  # strictly: a 1 is not above 1
        ("share_below", "", 7.0, 0.8),
    ],
)
def test_by_hand(name, along, bound, expected):
    assert value(PLAIN, name, along, bound) == pytest.approx(expected)


def test_median_and_mean_take_one_number_a_replicate():
    assert value(PLAIN.sel(stage=10), "median") == 3.0
    assert value(PLAIN.sel(stage=10), "mean") == pytest.approx(3.8)
    assert value(PLAIN.sel(stage=[10]), "median") == 3.0
    with pytest.raises(ValueError, match="one number a replicate"):
        value(PLAIN, "median")


def test_an_order_holds_in_every_other_dimension():
    both = xr.concat([PLAIN, -PLAIN], "variant")
    assert value(both, "share_rising", "stage") == 0.0
    assert value(xr.concat([PLAIN, PLAIN + 1], "variant"), "share_rising", "variant") == 1.0


def test_a_ratio_of_medians_is_not_a_median_of_ratios():
    pair = xr.DataArray([[1.0, 2.0, 9.0], [4.0, 1.0, 3.0]], dims=("compared", "replicate"))
    assert value(pair, "ratio_of_medians", "compared") == pytest.approx(2 / 3)


def test_slopes_of_powers_are_their_exponents():
    samples = np.array([10.0, 100.0, 1000.0, 10000.0])
    standard = np.random.default_rng(0).normal(size=(1, 50))
    standard = (standard - standard.mean()) / standard.std(ddof=1)
    values = 3 / samples[:, None] + standard / samples[:, None] ** 0.75
    values = xr.DataArray(values, dims=("samples", "replicate"), coords={"samples": samples})
    assert value(values, "bias_slope", "samples") == pytest.approx(-1.0)
    assert value(values, "variance_slope", "samples") == pytest.approx(-1.5)


def test_a_number_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="median is nan"):
        value(PLAIN.sel(stage=10) * np.nan, "median")


def test_the_interval_of_a_share_is_that_of_the_binomial_distribution():
    """Resampling booleans draws from a binomial distribution exactly."""
    values = xr.DataArray(np.arange(20) < 15, dims="replicate").astype(float)
    found = measure(values, Wanted("share_above", bound=0.5), Bootstrap(20000, 0.95, 1))
    low, high = stats.binom.ppf([0.025, 0.975], 20, 0.75) / 20
    assert (found.low, found.high) == pytest.approx((low, high))
    assert found.replicates == 20


def test_intervals_of_a_median_hold_the_true_one_as_often_as_they_say():
    draws = np.random.default_rng(2).exponential(size=(300, 25))
    found = [
        measure(trial, Wanted("median"), Bootstrap(300, 0.9, 3))
        for trial in xr.DataArray(draws, dims=("trial", "replicate"))
    ]
    covered = np.mean([own.low <= np.log(2) <= own.high for own in found])
    # three standard errors of 300 trials, and what percentiles of so few values are short of
    assert 0.84 < covered < 0.96


def test_one_number_has_no_interval_and_the_same_seed_gives_the_same_one():
    single = measure(PLAIN.isel(replicate=[0]), Wanted("greatest"), Bootstrap(200, 0.95, 0))
    assert single == (3.0, 3.0, 3.0, 1)
    seeded = Wanted("greatest"), Bootstrap(250, 0.95, 4)
    first, again = (measure(PLAIN, *seeded) for _ in range(2))
    assert first == again
    assert first.low <= first.value <= first.high
