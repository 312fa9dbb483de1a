"""What rules hand to the jobs of a described system's studies."""

from pathlib import Path

import configurations
import pytest
from described import sequential, smallest, write_model

from boed.config import validate
from boed.config.overlays import merged
from boed.config.rules.known_names import KnownNames
from boed.config.rules.rule_parameters import RuleParameters
from boed.config.rules.sensor_cases import SensorCases
from boed.config.rules.stage_files import StageFiles
from boed.config.rules.studies import Studies
from boed.config.rules.targets import Targets
from boed.jobs import provenance

STAGE = ("replicates", "time", "plume", "truth", "model", "network", "noise", "experiment")
SYSTEM = {"file", "files", "parameters", "designs", "experiments", "outputs", "noise"}
OF_STAGES = {"missing", "joint", "true_parameters", "observation_noise"}


@pytest.fixture
def path(tmp_path):
    return write_model(tmp_path)


def studies(risk=None, stages=None):
    """A checked smoke configuration with a risk study and one of several stages."""
    given = {"drug": risk, "stages": stages}
    layers = {"studies": {name: study for name, study in given.items() if study is not None}}
    return Studies(validate.checked(configurations.smoke(layers)))


def of_risk(study, names=("way", "samples")):
    """What a rule hands on, as if Snakemake had just started."""
    for cached in (provenance._parse, provenance.digest, provenance.content_digest):
        cached.cache_clear()
    return RuleParameters(studies(risk=study)).risk_study(names, "drug")


def test_a_risk_job_gets_its_system_the_files_digests_and_what_it_asks_for(path):
    settings = of_risk(smallest(path))
    assert set(settings) == SYSTEM | {"way", "samples"}
    assert settings["file"] == path
    assert list(settings["files"]) == [path]


def test_blocks_that_a_study_leaves_out_are_left_out(path):
    settings = of_risk(smallest(path), ("nodes", "quadrature_nodes", "aversions"))
    assert set(settings) == SYSTEM | {"aversions"}


def test_names_stay_in_the_order_in_which_they_are_written(path):
    """It is that of vectors; within a block the order makes no difference."""
    two = {"designs": {"dose": {"upper": 2.0, "lower": 0.0}}, "outputs": {"liver": {}, "blood": {}}}
    settings = of_risk(merged(smallest(path), two))
    assert list(settings["parameters"]) == ["ka", "ke", "V"]
    assert list(settings["designs"]) == ["t", "dose"]
    assert list(settings["outputs"]) == ["liver", "blood"]
    assert list(settings["designs"]["dose"]) == ["lower", "unit", "upper"]
    assert list(settings) == sorted(settings)
    missing = {"parameters": {"b": {"uniform": {"lower": 0.0, "upper": 1.0}}}}
    missing["parameters"]["a"] = missing["parameters"]["b"]
    parameters = RuleParameters(studies(stages=sequential(path, missing=missing)))
    learned = parameters.blocks(STAGE, "stages", "general", 1)["missing"]
    assert list(learned["parameters"]) == ["b", "a"]


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ('"""A drug that is taken up and leaves."""', "# a drug", False),
        ("400 * ka", "400  *  ka", False),
        ("400 * ka", "300 * ka", True),
    ],
)
def test_an_edit_of_a_models_code_changes_what_its_jobs_get(path, old, new, changes):
    before, text = of_risk(smallest(path)), Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))
    assert (of_risk(smallest(path)) != before) == changes


def test_an_edit_of_a_table_of_draws_changes_what_its_jobs_get(path, tmp_path):
    table = tmp_path / "draws.csv"
    table.write_text("ka,ke,V\n1.0,0.1,20.0\n")
    names = {name: {"lognormal": None} for name in ("ka", "ke", "V")}
    study = merged(smallest(path), {"prior_samples": str(table), "parameters": names})
    before = of_risk(study)
    assert list(before["files"]) == [str(table), path]
    table.write_text("ka,ke,V\n1.1,0.1,20.0\n")
    assert of_risk(study)["files"][str(table)] != before["files"][str(table)]


def test_a_stage_gets_the_system_in_place_of_the_plume(path):
    parameters = RuleParameters(studies(stages=sequential(path)))
    first, second = (parameters.blocks(STAGE, "stages", "general", n) for n in (1, 2))
    assert set(first) == SYSTEM | OF_STAGES | {"replicates", "experiment", "time"}
    assert first | {"time": 2.0} == second
    assert first["experiment"]["steps"] == 5
    more = RuleParameters(studies(stages=sequential(path, stages=4)))
    assert more.blocks(STAGE, "stages", "general", 1) == first


def test_a_job_without_the_plume_gets_nothing_of_the_system(path):
    parameters = RuleParameters(studies(stages=sequential(path)))
    times = {"replicates": 8, "times": [1.0, 2.0, 3.0]}
    assert parameters.blocks(("replicates", "times"), "stages") == times
    assert parameters.true_parameter("stages") == []


def test_all_stages_of_an_active_study_get_how_many_there_are(path):
    whole = RuleParameters(studies(stages=sequential(path, method="active")))
    settings = whole.active("stages", "general")
    assert settings["stages"] == 3
    assert {"indicator", "calibration", "correct", "reupdate"} <= set(settings)


def test_weights_begin_with_what_is_missing(path):
    prior = {"uniform": {"lower": 0.0, "upper": 1.0}}
    for changes, name in (
        ({}, "zero"),
        ({"missing": {"parameters": {"bias": prior}}}, "parameters"),
        ({"missing": None}, "none"),
    ):
        files = StageFiles(studies(stages=sequential(path, **changes)))
        expected = f"<results>/stages/starting_weights/{name}.nc"
        assert files.starting_weights("stages", "general") == expected


def test_every_study_is_a_target(path):
    """Risk studies make what those of the papers make, but the parts that they leave out."""
    whole = studies(smallest(path) | {"optimisation": {"experiments": [1, 3]}}, sequential(path))
    targets = Targets(whole, SensorCases(whole.config["source_inversion"]))
    names = ("utility", "utilities", "risk_measures", "optimisation")
    assert targets.study("drug") == [f"<results>/figures/drug/{name}.png" for name in names]
    numbers = targets.risk_study_numbers("drug")
    assert numbers == [
        *(f"{name}.nc" for name in names[:3]),
        "optimisation_1.nc",
        "optimisation_3.nc",
    ]
    assert targets.study("stages") == [
        "<results>/stages/metrics.nc",
        "<results>/stages/general/outputs.nc",
        "<results>/figures/stages/outputs_general.png",
    ]
    assert set(targets.study("drug")) <= set(targets.everything())
    known = KnownNames(targets)
    assert known.problem("stages/general/outputs.nc") is None
    assert "there are: general" in known.problem("stages/robust/outputs.nc")
    assert "stages" not in whole.that_learn("network")
