"""Impossible values of a described system, and of a user's files, are named before any job."""

import configurations
import pytest
from described import MODEL, sequential, smallest, write_model

from boed.config import validate
from boed.config.overlays import merged
from boed.config.validate import SettingsError

NORMAL = {"normal": {"mean": 0.0, "deviation": 1.0}}
TRUNCATED = {"mean": 0.0, "deviation": 1.0, "lower": -1.0, "upper": 1.0}
TWO = {"outputs": {"blood": {}, "liver": {}}}
NO_NOISE = {"constant": None, "relative": None}


@pytest.fixture
def path(tmp_path):
    return write_model(tmp_path)


def refusal(study, **others):
    layers = {"studies": {"mine": study}}
    with pytest.raises(SettingsError) as error:
        validate.check(configurations.paper(layers, others))
    return str(error.value)


def line_of(key, message):
    """The line of a message about a key; the whole message where there is none."""
    return next((line for line in message.splitlines() if f"mine.{key}: " in line), message)


@pytest.mark.parametrize(
    ("changes", "key", "accepts"),
    [
        (
            {"parameters": {"ka": NORMAL}},
            "parameters.ka",
            "got ['normal', 'lognormal'], accepts one of uniform, normal, lognormal, truncated",
        ),
        ({"parameters": {"ka": {"lognormal": None}}}, "parameters.ka", "got None, accepts one of"),
        (
            {"parameters": {"ka": {"lognormal": {"median": 0.0}}}},
            "parameters.ka.lognormal.median",
            "got 0.0, accepts a number > 0",
        ),
        (
            {"parameters": {"F": {"normal": {"mean": 1.0}}}},
            "parameters.F.normal",
            "missing deviation",
        ),
        (
            {"parameters": {"F": {"gamma": {"shape": 1.0}}}},
            "parameters.F.gamma",
            "unknown key; known here: uniform, normal, lognormal, truncated, unit, cells",
        ),
        ({"parameters": {"k a": NORMAL}}, "parameters.k a", "a name of letters, digits and _"),
        ({"parameters": {"ka": {"unit": 1}}}, "parameters.ka.unit", "a value of type string"),
        (
            {"parameters": {"F": {"truncated": TRUNCATED | {"upper": -2.0}}}},
            "parameters.F.truncated.upper",
            "got -2.0, accepts a number > -1.0",
        ),
        (
            {"parameters": {"F": {"truncated": TRUNCATED | {"lower": 9.0, "upper": 10.0}}}},
            "parameters.F.truncated",
            "accepts bounds that hold part of -8 … 8, mean ± 8 deviations",
        ),
        (
            {"correlations": [["ka", "kb", 0.5]]},
            "correlations.0",
            "got ['ka', 'kb', 0.5], accepts [name, name, coefficient] of two parameters of ka, ke",
        ),
        ({"correlations": [["ka", "ka", 0.5]]}, "correlations.0", "of two parameters of"),
        ({"correlations": [["ka", "ke", 1.0]]}, "correlations.0", "a coefficient between −1 and 1"),
        (
            {"correlations": [["ka", "ke", 0.5], ["ke", "ka", 0.4]]},
            "correlations.1",
            "each pair of parameters once",
        ),
        (
            {"correlations": [["ka", "ke", 0.9], ["ke", "V", 0.9], ["ka", "V", -0.9]]},
            "correlations",
            "coefficients that can be together: a positive definite matrix",
        ),
        (
            {"designs": {"t": {"upper": 0.0}}},
            "designs.t.upper",
            "got 0.0, accepts a number > 0.0",
        ),
        (
            {"designs": {"t": {"candidates": [1.0, 2.0]}}},
            "designs.t",
            "got ['lower', 'upper', 'candidates'], accepts lower and upper, or candidates",
        ),
        (
            {"designs": {"t": {"upper": None}}},
            "designs.t",
            "got ['lower'], accepts lower and upper, or candidates",
        ),
        ({"designs": {"dose": {"candidates": []}}}, "designs.dose.candidates", "at least 1"),
        (
            {"designs": {"dose": {"candidates": [1.0, 1.0]}}},
            "designs.dose.candidates",
            "a list without repetitions",
        ),
        (
            {"forbidden": [{"dose": [0.0, 1.0]}]},
            "forbidden.0.dose",
            "got [0.0, 1.0], accepts one of t",
        ),
        ({"forbidden": [{"t": [2.0, 1.0]}]}, "forbidden.0.t", "the lesser number first"),
        (
            {"forbidden": [{"t": [0.0, 24.0]}]},
            "forbidden.0",
            "accepts a box that leaves some designs",
        ),
        ({"forbidden": [{"t": [1.0]}]}, "forbidden.0.t", "a list of at least 2"),
        (
            {"forbidden": [{"t": [1.0, 2.0]}], "designs": {"t": {"upper": None}}},
            "designs.t",
            "got ['lower'], accepts lower and upper, or candidates",
        ),
        ({"outputs": {}}, "outputs", "got {}, accepts at least 1 key"),
        ({"noise": NO_NOISE}, "noise", "got None, accepts constant, relative or both; or cov"),
        (
            {"noise": {"covariance": [[1.0]]}},
            "noise",
            "got ['constant', 'relative', 'covariance'], accepts constant, relative or both",
        ),
        ({"noise": {"constant": 0.0, "relative": 0.0}}, "noise", "a deviation > 0 of each output"),
        (
            TWO | {"noise": {"constant": [0.1, 0.0], "relative": None}},
            "noise",
            "a deviation > 0 of each output",
        ),
        (
            TWO | {"noise": {"constant": [0.1, 0.1, 0.1]}},
            "noise.constant",
            "got [0.1, 0.1, 0.1], accepts one number, or 2, one for each output",
        ),
        (
            {"noise": NO_NOISE | {"covariance": [[1.0, 0.0], [0.0, 1.0]]}},
            "noise.covariance",
            "1 row, one for each output",
        ),
        (
            TWO | {"noise": NO_NOISE | {"covariance": [[1.0, 0.5], [0.0, 1.0]]}},
            "noise.covariance",
            "a symmetric and positive definite matrix",
        ),
        (
            TWO | {"noise": NO_NOISE | {"covariance": [[1.0, 2.0], [2.0, 1.0]]}},
            "noise.covariance",
            "a symmetric and positive definite matrix",
        ),
        (
            TWO | {"noise": NO_NOISE | {"covariance": [[1.0, 0.0]]}},
            "noise.covariance",
            "a symmetric and positive definite matrix",
        ),
        ({"experiments": 0}, "experiments", "got 0, accepts a number ≥ 1"),
        ({"way": "fast"}, "way", "pairwise or automatic: fast sums are for"),
        ({"quadrature_nodes": 100}, "quadrature_nodes", "null unless there is one parameter"),
        (
            {"outcomes": {"designs": [1.0], "parameters": [1.0]}},
            "outcomes",
            "null unless there is one parameter, one design, one output, constant noise",
        ),
        (
            {"map": {}, "designs": {"dose": {"lower": 0.0, "upper": 1.0}}},
            "map",
            "null for more than one design",
        ),
        (
            {"sample_sizes": {"designs": [1.0], "numbers": [[2, 2, 2]], "likelihoods": 10.0}},
            "sample_sizes",
            "null without a linear model and a normal prior",
        ),
        (
            {"convergence": {"design": [1.0, 2.0]}},
            "convergence.design",
            "got [1.0, 2.0], accepts 1 number: t",
        ),
        (
            {"file": "other.py"},
            "file",
            "unknown key; known here: parameters",
        ),
        ({"stages": 3}, "stages", "unknown key"),
    ],
)
def test_an_impossible_value_is_named_with_what_is_accepted(path, changes, key, accepts):
    assert accepts in line_of(key, refusal(merged(smallest(path), changes)))


@pytest.mark.parametrize(
    ("changes", "key", "accepts"),
    [
        ({"stages": 1}, "stages", "got 1, accepts a number ≥ 2"),
        ({"stages": None}, "stages", "got None, accepts a value of type integer"),
        (
            {"true_parameters": {"F": 1.0}},
            "true_parameters",
            "got ['F', 'V', 'ka', 'ke'], accepts a number for each of ka, ke, V",
        ),
        (
            {"true_parameters": {"ka": -1.0}},
            "true_parameters.ka",
            "got -1.0, accepts a number that its prior holds possible, 0.0 … inf",
        ),
        ({"true_parameters": None}, "true_parameters", "a number for each of ka, ke, V"),
        (
            {"missing": {"parameters": {"bias": NORMAL}}},
            "missing",
            "got ['network', 'parameters'], accepts network or parameters",
        ),
        (
            {"missing": {"network": None, "parameters": {"bias": {}}}},
            "missing.parameters.bias",
            "got None, accepts one of uniform, normal",
        ),
        ({"missing": {"network": {"inputs": 0}}}, "missing.network.inputs", "a list of at least 1"),
        (
            {"missing": {"network": {"inputs": ["S", "S"]}}},
            "missing.network.inputs",
            "a list without repetitions",
        ),
        ({"missing": None, "correct": True}, "correct", "false without a block missing"),
        ({"starting_network": "pretrained"}, "starting_network", "accepts one of zero"),
        ({"particles": 100}, "particles", "null for up to 3 parameters: their belief is a grid"),
        (
            {"experiment": {"initial": [0.5, 0.5]}},
            "experiment.initial",
            "got [0.5, 0.5], accepts 1 number: t",
        ),
        (
            {"experiment": {"initial": [0.9], "upper": 0.5}},
            "experiment.initial",
            "coordinates in [0.0, 0.5]",
        ),
        (
            {"forbidden": [{"t": [6.0, 18.0]}]},
            "experiment.initial",
            "got [0.5], accepts a start outside of forbidden.0: this one has t = 12 in [6.0, 18.0]",
        ),
        (
            {
                "experiments": 2,
                "forbidden": [{"t": [20.0, 30.0]}, {"t": [0.0, 2.0]}],
                "experiment": {"initial": [0.5, 0.05]},
            },
            "experiment.initial",
            "got [0.5, 0.05], accepts a start outside of forbidden.1: this one has t = 1.2 in [0.0",
        ),
        (
            {
                "designs": {"t": {"lower": None, "upper": None, "candidates": [24.0, 0.0, 10.0]}},
                "forbidden": [{"t": [9.0, 11.0]}],
            },
            "experiment.initial",
            "got [0.5], accepts a start outside of forbidden.0: this one has t = 10 in [9.0, 11.0]",
        ),
        (
            {"forbidden": [{"t": [0.0, 24.0]}]},
            "forbidden.0",
            "accepts a box that leaves some designs",
        ),
        ({"forbidden": [{"dose": [0.0, 1.0]}]}, "forbidden.0.dose", "accepts one of t"),
        ({"experiment": {"upper": 24.0}}, "experiment.upper", "got 24.0, accepts a number ≤ 1"),
        ({"experiment": {"lower": 1.0}}, "experiment.upper", "got 1.0, accepts a number > 1.0"),
        ({"experiment": {"domain": "none"}}, "experiment.domain", "accepts box"),
        ({"experiment": {"steps": [1, 2]}}, "experiment.steps", "3 numbers for the 3 stages"),
        ({"calibration": {"rates": [0.1] * 4}}, "calibration.rates", "2 numbers for the 3 stages"),
        (
            {"calibration": {"decay_precision": 1.0}},
            "calibration.decay_precision",
            "got 1.0, accepts 0: only a plume's network decays",
        ),
        ({"calibration": {"centres": "top_cells"}}, "calibration.centres", "map or belief"),
        ({"calibration": {"data": "newest"}}, "calibration.data", "discrepancy or all"),
        ({"indicator": {"budget": 2}}, "indicator", "none in hybrid studies"),
        (
            {"method": "active", "indicator": {"array": {"side": 3, "spacing": 0.1}}},
            "indicator.array",
            "null: only a plume has places",
        ),
        (
            {"method": "active", "calibration": {"data": "discrepancy"}},
            "calibration.data",
            "newest",
        ),
        (
            TWO | {"experiment": {"utility": "predicted", "quadrature_nodes": 99}},
            "experiment.quadrature_nodes",
            "got 99, accepts nothing unless there is one output of one experiment",
        ),
        (
            {"experiments": 2, "experiment": {"utility": "predicted", "quadrature_nodes": 99}},
            "experiment.quadrature_nodes",
            "got 99, accepts nothing unless there is one output of one experiment",
        ),
        (
            {"experiment": {"utility": "predicted", "outcomes": 99}},
            "experiment.outcomes",
            "got 99, accepts nothing unless there are several outputs or experiments",
        ),
        (
            TWO | {"experiment": {"outcomes": 99}},
            "experiment.outcomes",
            "got 99, accepts nothing unless experiment.utility is predicted",
        ),
        (
            TWO | {"experiment": {"utility": "predicted", "outcomes": 9}},
            "experiment.outcomes",
            "got 9, accepts a number ≥ 16",
        ),
        ({"times": [0.1, 0.2]}, "times", "unknown key"),
        ({"belief": {"cells": 9}}, "belief", "unknown key"),
        (
            {"recipe": "robust"},
            "recipe",
            "got 'robust', accepts a recipe without belief, which only a plume has: general",
        ),
        ({"recipe": "generel"}, "recipe", "got 'generel', accepts one of released"),
        (
            {"variants": {"other": {"recipe": "printed"}}},
            "variants.other.recipe",
            "got 'printed', accepts a recipe without belief",
        ),
        (
            {"variants": {"other": {"designs": {"t": {"upper": 2.0}}}}},
            "variants.other.designs",
            "only the study itself holds this key",
        ),
        (
            {"variants": {"other": {"correct": False, "calibration": {"rounds": 3}}}},
            "variants.other.calibration.rounds",
            "nothing unless correct is true",
        ),
        (
            {"discrepancy_experiment": {"samples": 9}},
            "discrepancy_experiment.samples",
            "nothing unless discrepancy_experiment.utility is predicted",
        ),
    ],
)
def test_an_impossible_value_of_several_stages_is_named(path, changes, key, accepts):
    assert accepts in line_of(key, refusal(merged(sequential(path), changes)))


@pytest.mark.parametrize("method", ["hybrid", "active"])
def test_a_study_of_several_stages_may_begin_beside_forbidden_designs(path, method):
    changes = {
        "forbidden": [{"t": [6.0, 18.0], "dose": [1.0, 2.0]}, {"t": [0.0, 1.0]}],
        "designs": {"dose": {"candidates": [1.0, 2.0, 9.0]}},
        # t = 12 with dose 9, t = 4.8 with dose 2
        "experiments": 2,
        "experiment": {"initial": [0.5, 1.0, 0.2, 0.1]},
    }
    study = merged(sequential(path, method=method), changes)
    validate.check(configurations.paper({"studies": {"mine": study}}))


@pytest.mark.parametrize(
    ("system", "key", "accepts"),
    [
        ({"function": "linear", "file": "model.py"}, "function", "got 'linear', accepts one of"),
        ({"parameters": {"theta": NORMAL}}, "function", "got None, accepts one of linear"),
        (
            {"function": "linear", "parameters": {"theta": NORMAL, "phi": NORMAL}},
            "parameters",
            "got ['theta', 'phi'], accepts theta alone: so the function linear calls it",
        ),
        (
            {"function": "linear", "noise": {"function": "deviation"}},
            "noise.function",
            "got 'deviation', accepts none without a key file",
        ),
        ({"function": "linear", **TWO}, "outputs", "accepts y alone: linear gives one number"),
    ],
)
def test_a_system_has_one_function_with_the_names_that_it_knows(system, key, accepts):
    whole = {
        "parameters": {"theta": NORMAL},
        "designs": {"d": {"lower": 0.0, "upper": 1.0}},
        "noise": {"constant": 1.0},
    }
    if "noise" in system:
        whole.pop("noise")
    message = refusal({"system": "mine", "method": "risk"}, systems={"mine": whole | system})
    assert accepts in line_of(key, message)


def test_samples_of_the_prior_stand_in_place_of_kinds(path, tmp_path):
    table = tmp_path / "draws.csv"
    table.write_text("ka,ke,V\n1.0,0.1,20.0\n1.1,0.1,20.0\n")
    study = smallest(path) | {"prior_samples": str(table)}
    message = refusal(study)
    assert "parameters.ka: got ['lognormal'], accepts no kind of prior beside prior_sa" in message
    study["parameters"] = {"ka": {"unit": "1/h"}, "ke": {}, "V": {}}
    validate.check(configurations.paper({"studies": {"mine": study}}))
    correlated = refusal(study | {"correlations": [["ka", "ke", 0.5]]})
    assert "correlations: got [['ka', 'ke', 0.5]], accepts none beside prior_samples" in correlated
    table.write_text("ka,ke\n1.0,0.1\n")
    assert "accepts a file whose head names V; it names ka, ke" in refusal(study)
    table.unlink()
    assert f"prior_samples: got '{table}', accepts the path of a CSV file" in refusal(study)


@pytest.mark.parametrize(
    ("old", "new", "accepts"),
    [
        ("def predict(", "def predicted(", "a file with a function predict(parameters, design), "),
        ("def observe(", "def observed(", "a file with a function observe(design), which returns"),
        ("def predict_with(", "def with_it(", "a file with a function predict_with(parameters, "),
        ("return jnp.exp", "retrun jnp.exp", "a Python file: line 16: invalid syntax"),
    ],
)
def test_what_a_model_file_lacks_is_named(tmp_path, old, new, accepts):
    path = write_model(tmp_path, MODEL.replace(old, new))
    message = refusal(sequential(path))
    assert f"studies.mine.system: got '{path}', accepts {accepts}" in message


def test_a_system_of_a_file_that_is_not_there_is_named_where_it_stands(path):
    study = smallest(path)
    own = {key: study[key] for key in ("parameters", "designs", "noise")}
    for file in ("nowhere/model.py", "README.md"):
        message = refusal(
            {"system": "drug", "method": "risk"}, systems={"drug": {"file": file} | own}
        )
        assert f"systems.drug.file: got '{file}', accepts the path of a Python file" in message


def test_a_function_of_the_noise_is_one_of_the_file(path):
    noise = {"noise": NO_NOISE | {"function": "deviation"}}
    validate.check(configurations.paper({"studies": {"mine": merged(smallest(path), noise)}}))
    noise["noise"]["function"] = "spread"
    assert "a file with a function spread(prediction)" in refusal(merged(smallest(path), noise))


@pytest.mark.parametrize(
    "text",
    [
        "from models import *\n",
        "from models import predict\n",
        "import models as predict\n",
        "try:\n    pass\nfinally:\n    predict = max\n",
        "if True:\n    def predict(parameters, design):\n        return 1.0\n",
    ],
)
def test_functions_that_a_file_imports_or_assigns_count(tmp_path, text):
    study = smallest(write_model(tmp_path, text))
    validate.check(configurations.paper({"studies": {"mine": study}}))


def test_a_function_within_another_does_not_count(tmp_path):
    text = "def model():\n    def predict(parameters, design):\n        return 1.0\n"
    message = refusal(smallest(write_model(tmp_path, text)))
    assert "a file with a function predict(parameters, design)" in message
