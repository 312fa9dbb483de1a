"""Calibrations by many data against linear algebra, an exact plume, sampling and the law of their
errors.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from toy_study import STUDY, TRUTH

from boed.inference.noise import Noise
from boed.studies.active import agreement, strength_fit
from boed.studies.active.agreement import Plumes, Readings
from boed.studies.active.agreement_file import agreement_dataset
from boed.systems.plume.exact import GaussianPlume
from boed.systems.plume.plume_system import plume_system

SETTINGS = STUDY | {
    "replicates": 24,
    "times": [0.051, 0.061],
    "model": TRUTH | {"strength": 3.0, "discrepancy": "strength"},
    "noise": {"constant": 0.05, "relative": 0.1, "observation_noise": "none"},
    "belief": {"lower": 0.0, "upper": 1.0, "cells": 11, "map_window": 5, "map_refinement": 41},
    "agreement": {"data": [20, 80], "wrong": [0.5, 0.5], "turns": 3, "nodes": 12},
}
NOISE = Noise(0.05, 0.1)
STRENGTH = TRUTH["strength"]


@pytest.fixture(scope="module")
def study():
    return plume_system(SETTINGS)


@pytest.fixture(scope="module")
def plumes(study):
    """True plumes and those of the unit source, at both times."""
    return jax.jit(lambda: agreement.solutions(study, SETTINGS["times"]))()


@pytest.fixture(scope="module")
def record():
    return agreement.run(SETTINGS, 3, "toy")


def exact(study, place, time, centre, strength):
    return GaussianPlume(centre, strength, TRUTH["width"], study.plume.velocity).at(place, time)


def test_least_squares_is_that_of_linear_algebra(rng):
    unit, observed, deviation = rng.uniform(0.1, 1.0, size=(3, 30))
    scaled = (unit / deviation)[:, None]
    expected = np.linalg.lstsq(scaled, observed / deviation, rcond=None)[0][0]
    assert strength_fit.least_squares(
        *map(jnp.asarray, (unit, observed, deviation))
    ) == pytest.approx(expected)


def test_values_are_those_of_the_exact_plume(study, plumes, rng):
    place, when, centre = (
        rng.uniform(0.1, 0.9, size=(6, 2)),
        np.array([0, 1, 0, 1, 0, 1]),
        np.array([0.4, 0.3]),
    )
    readings, unit = Readings(jnp.asarray(place), jnp.asarray(when)), Plumes(study, plumes[1])
    found = jax.jit(lambda: unit.at_centre(readings, jnp.asarray(centre)))()
    expected = [
        exact(study, p, SETTINGS["times"][w], centre, 1.0) for p, w in zip(place, when, strict=True)
    ]
    np.testing.assert_allclose(found, expected, atol=2e-5)


def test_data_are_uniform_in_place_in_turn_in_time_and_noisy_about_the_truth(study, plumes):
    data = jax.jit(lambda key: agreement.draw(Plumes(study, plumes[0]), 2, 2000, key))(
        jax.random.key(1)
    )
    place, when = data.readings
    np.testing.assert_array_equal(when, np.arange(2000) % 2)
    assert np.all(np.abs(place.mean(axis=0) - 0.5) < 4 / np.sqrt(12 * 2000))
    ten = slice(0, 10)
    expected = [
        exact(study, p, SETTINGS["times"][w], TRUTH["location"], STRENGTH)
        for p, w in zip(place[ten], when[ten], strict=True)
    ]
    np.testing.assert_allclose(data.true[ten], expected, atol=2e-5)
    standard = np.asarray((data.observed - data.true) / (0.05 + 0.1 * np.abs(data.true)))
    assert abs(standard.mean()) < 4 / np.sqrt(2000)
    assert abs(standard.std() - 1) < 4 / np.sqrt(2 * 2000)


def test_the_limit_with_deviations_at_measured_values_is_that_of_a_million_data(rng):
    unit = np.array([0.05, 0.2, 0.6])
    true = 2.0 * unit
    u, t = np.repeat(unit, 400000), np.repeat(true, 400000)
    observed = t + (0.05 + 0.1 * t) * rng.normal(size=t.size)
    weights = u / (0.05 + 0.1 * np.abs(observed)) ** 2
    sampled = (weights * observed).sum() / (weights * u).sum()
    found = strength_fit.limit(jnp.asarray(unit), jnp.asarray(true), NOISE, "measured")
    assert found == pytest.approx(sampled, abs=0.002)
    assert found < 2.0 - 0.02
    assert strength_fit.limit(
        jnp.asarray(unit), jnp.asarray(true), NOISE, "known"
    ) == pytest.approx(2.0)


@pytest.mark.slow
def test_at_the_true_place_errors_have_the_variance_of_least_squares(study, plumes, record):
    """Var s = 1 / Σ (unit/deviation)², for places drawn anew: its mean over many draws, over N."""
    place = np.random.default_rng(0).uniform(size=(2000, 2))
    information = 0.0
    for time in SETTINGS["times"]:
        unit = exact(study, place, time, TRUTH["location"], 1.0)
        information += np.mean((unit / (0.05 + 0.1 * STRENGTH * unit)) ** 2) / 2
    errors = (record.strength[:, 0, 0, 1] - STRENGTH) * np.sqrt(80 * information)
    # mean squares of 24 normal errors: within the 0.1 and 99.9 % points of χ² with 24 degrees of
    # freedom, over 24
    assert 0.33 < np.mean(errors**2) < 2.14


@pytest.mark.slow
def test_fields_align_at_the_true_strength_at_the_true_place_alone(record):
    assert record.aligned[0] == pytest.approx(STRENGTH, rel=1e-9)
    assert abs(record.aligned[1] - STRENGTH) > 0.05
    np.testing.assert_allclose(record.limit[0], record.aligned, rtol=1e-9)
    assert np.all(record.limit[1] < record.limit[0])


@pytest.mark.slow
def test_the_estimated_place_comes_closer_with_more_data_and_so_does_the_strength(record):
    assert np.median(record.location_error[:, 0, 1]) < 0.75 * np.median(
        record.location_error[:, 0, 0]
    )
    distance = agreement.distance_to(record.strength, record.aligned)
    few, many = np.sqrt(np.mean(distance[:, 0, :2] ** 2, axis=0)).T
    assert np.all(many < 0.75 * few)


def test_slopes_are_those_of_powers_and_distances_from_the_places_own_strength():
    counts = [4, 16, 64]
    distance = np.stack(
        [np.power.outer([[1.0, 2.0, 3.0]] * 2, 0)[..., None] * np.power(counts, -0.5)] * 5
    )
    np.testing.assert_allclose(agreement.slopes(distance, counts), np.full((2, 3), -0.5))
    strength = np.full((1, 2, 3, 3), 2.0)
    np.testing.assert_allclose(
        agreement.distance_to(strength, np.array([2.0, 1.5]))[0, 0, :, 0], [0.0, 0.0, 0.5]
    )


def test_the_file_holds_distances_from_the_strengths_of_the_places_and_their_slopes():
    """Errors of 1/√N at the place where strength 2 aligns the fields; the wrong place's is 1.5."""
    settings = {"replicates": 1, "truth": TRUTH, "agreement": {"data": [4, 16]}}
    strength = np.broadcast_to(2.0 + np.array([0.5, 0.25]), (1, 2, 3, 2))
    record = agreement.Record(
        strength=strength,
        location_error=np.zeros((1, 2, 2)),
        aligned=np.array([2.0, 1.5]),
        limit=np.zeros((2, 2)),
    )
    found = agreement_dataset(settings, record)
    at_place = found.sel(held="true", deviation="measured")
    np.testing.assert_allclose(at_place.distance.values, [[0.5, 0.25]])
    np.testing.assert_allclose(at_place.slope, -0.5)
    np.testing.assert_allclose(found.distance.sel(held="wrong", data=16, replicate=0), 0.75)
