"""What a measurement may tell, against closed forms of one linear Gaussian output."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import chi2

from boed.design import grid_eig
from boed.studies.laboratory import next_file, prospects
from boed.studies.laboratory.next_file import Believed, Prospects
from boed.studies.laboratory.prospects import Gains, Known
from boed.systems.sequential import sequential_system

MODEL = """
def predict(parameters, design):
    return predict_with(parameters, design, {"bias": 0.0})


def predict_with(parameters, design, missing):
    return parameters["slope"] * design["x"] + missing["bias"]
"""
SETTINGS = {
    "parameters": {"slope": {"normal": {"mean": 1.0, "deviation": 0.8}, "cells": 301}},
    "designs": {"x": {"lower": 0.0, "upper": 2.0, "unit": "m"}},
    "noise": {"constant": 0.3},
    "missing": {"parameters": {"bias": {"normal": {"mean": 0.0, "deviation": 0.6}}}},
}
BLOCK = {
    "members": 2000,
    "iterations": 2,
    "samples": 400,
    "deviation": 1.0,
    "schedule": "tempered",
    "inflation": 1.0,
    "localisation": "none",
    "ensembles": "fresh",
}


@pytest.fixture
def system(tmp_path):
    path = tmp_path / "model.py"
    path.write_text(MODEL, encoding="utf-8")
    return sequential_system(SETTINGS | {"file": str(path)})


def closed_form(ratio):
    """Mean and tenth percentile of ½[log(1 + s) − s/(1 + s)] + ½ z² s/(1 + s), z standard
    normal.
    """
    part = ratio / (1 + ratio)
    middle = 0.5 * (np.log1p(ratio) - part)
    return middle + 0.5 * part, middle + 0.5 * part * chi2(1).ppf(0.1)


def test_gains_about_a_parameter_are_the_closed_form(system, key):
    known = Known(system.moment(1.0), jnp.zeros(1), jnp.asarray(system.prior))
    designs = jnp.array([[0.0], [0.3], [1.0]])
    gains = prospects.about_parameters(system, known, designs, key, 4096)
    np.testing.assert_allclose(gains.probability.sum(axis=1), 1.0)
    for place, design in enumerate([0.0, 0.6, 2.0]):
        mean, tenth = closed_form((0.8 * design / 0.3) ** 2)
        assert gains.expected()[place] == pytest.approx(mean, abs=0.01)
        assert gains.quantile()[place] == pytest.approx(tenth, abs=0.02)


def test_gains_about_what_is_missing_are_the_closed_form(system, key):
    """The bias is read at any design alike: deviation 0.6, noise 0.3."""
    known = Known(system.moment(1.0), jnp.zeros(1), jnp.asarray(system.prior), jnp.array([1.0]))
    gains = prospects.about_weights(system, known, jnp.array([[0.2], [0.9]]), key, BLOCK)
    mean, tenth = closed_form((0.6 / 0.3) ** 2)
    np.testing.assert_allclose(gains.expected(), mean, rtol=0.08)
    np.testing.assert_allclose(gains.quantile(), tenth, rtol=0.12)


def test_the_mean_of_the_outcomes_gains_is_the_expected_gain(key):
    """By another formula: of the likelihoods of the parameters that the outcomes come from."""
    rng = np.random.default_rng(3)
    prior = jax.nn.log_softmax(jnp.asarray(rng.normal(size=7)))
    predicted, deviation = jnp.asarray(rng.normal(size=(7, 2))), jnp.full((7, 2), 0.4)
    outcomes = grid_eig.drawn_outcomes(key, prior, 2, 2**14)
    each = grid_eig.gains_of_outcomes(prior, predicted, deviation, outcomes)
    expected = grid_eig.expected_information_gain_of_outputs(prior, predicted, deviation, outcomes)
    assert float(each @ outcomes.weight) == pytest.approx(float(expected), rel=5e-3)
    assert each.min() >= 0


def test_a_quantile_is_that_of_weighted_outcomes():
    values = np.array([[3.0, 1.0, 2.0, 0.0]])
    weights = np.array([[0.25, 0.04, 0.65, 0.06]])
    assert Gains(values, weights).quantile(0.1).tolist() == [1.0]
    assert Gains(values, weights).quantile(0.11).tolist() == [2.0]
    assert Gains(values, weights).expected()[0] == pytest.approx(0.75 + 0.04 + 1.3)


def test_what_is_told_stands_in_the_table():
    parameters, designs = [("slope", "V/m"), ("bias", "1")], [("x", "m")]
    places = np.array([[0.5], [1.0], [2.0]])
    told = Prospects(places, np.array([0.8, 0.7, 0.9]), np.array([0.1, 0.3, 0.2]))
    sure = Believed(np.array([1.0, 2.0]), np.array([0.1, 0.2]))
    dataset = next_file.belief_part(parameters, sure)
    step = {"stage": 3, "kind": "physical"}
    columns, (row,) = next_file.table(dataset, step)
    assert columns[3:] == [
        "slope_mean [V/m]",
        "slope_deviation [V/m]",
        "bias_mean",
        "bias_deviation",
    ]
    assert row == ["none", "", "", 1.0, 0.1, 2.0, 0.2]
    columns, rows = next_file.table(dataset.merge(next_file.prospects_part(designs, told)), step)
    assert columns[3:6] == ["x [m]", "expected_gain [nat]", "tenth_percentile [nat]"]
    assert rows[0] == ["recommended", 3, "physical", 0.5, 0.8, 0.1, 1.0, 0.1, 2.0, 0.2]
    assert rows[1] == ["most_expected", 3, "physical", 2.0, 0.9, 0.2, 1.0, 0.1, 2.0, 0.2]
    assert rows[2] == ["risk_averse", 3, "physical", 1.0, 0.7, 0.3, 1.0, 0.1, 2.0, 0.2]
