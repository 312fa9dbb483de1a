"""What rules hand to their jobs: narrow, in order, and of one stage where there are stages."""

import json
import re
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from boed.config.overlays import merged, resolve, without_nulls
from boed.config.rules.narrowing import in_order, pattern_of, with_network_shape, with_one_solver
from boed.config.rules.rule_parameters import ACTIVE_BLOCKS, RuleParameters
from boed.config.rules.sensor_cases import SensorCases
from boed.config.rules.studies import Studies
from boed.config.rules.sweep_cases import SweepCases

PAPER = yaml.safe_load(Path("config/config.yaml").read_text())
SMOKE = without_nulls(merged(PAPER, yaml.safe_load(Path("config/smoke.yaml").read_text())))
STUDY = "structural_error"
# what locate_source and learn_discrepancy ask for
LOCATE = ("replicates", "time", "plume", "truth", "model", "network", "noise", "belief")
LOCATE += ("experiment",)
LEARN = (*LOCATE, "discrepancy_experiment", "calibration", "reupdate")


def of(config):
    return RuleParameters(Studies(config))


def changed(path, value, config=SMOKE):
    """The configuration with one value, its path in dots, replaced or added."""
    config = json.loads(json.dumps(config))
    *above, last = path.split(".")
    node = config
    for key in above:
        node = node.setdefault(key, {})
    node[last] = value
    return config


def is_in_order(node):
    if not isinstance(node, dict):
        return True
    return list(node) == sorted(node) and all(is_in_order(value) for value in node.values())


def test_settings_of_a_stage_are_those_of_the_stage_alone():
    blocks = of(SMOKE).blocks(LEARN, STUDY, "robust", 2)
    study, whole = SMOKE["studies"][STUDY], resolve(SMOKE, STUDY, "robust")
    assert set(blocks) == set(LEARN)
    assert blocks["time"] == study["times"][1]
    assert blocks["experiment"]["steps"] == whole["experiment"]["steps"][1]
    assert blocks["calibration"]["rate"] == whole["calibration"]["rates"][0]
    assert "rates" not in blocks["calibration"]
    assert of(SMOKE).blocks(LEARN, STUDY, "robust", 1)["calibration"]["rate"] is None


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (f"studies.{STUDY}.times", [0.051, 0.061, 0.09]),
        ("recipes.robust.experiment.steps", [5, 5, 9]),
        ("recipes.robust.calibration.rates", [0.005, 0.001]),
    ],
)
def test_a_changed_number_of_the_last_stage_leaves_the_earlier_ones_alone(path, values):
    before, after = of(SMOKE), of(changed(path, values))
    for stage in (1, 2):
        assert after.blocks(LEARN, STUDY, "robust", stage) == before.blocks(
            LEARN, STUDY, "robust", stage
        )
    assert after.blocks(LEARN, STUDY, "robust", 3) != before.blocks(LEARN, STUDY, "robust", 3)


def test_one_more_stage_leaves_those_that_are_there_alone():
    more = changed(f"studies.{STUDY}.times", [0.051, 0.061, 0.071, 0.081])
    more = changed("recipes.robust.experiment.steps", [5, 5, 5, 5], more)
    more = changed("recipes.robust.calibration.rates", [0.005, 0.005, 0.005], more)
    for stage in (1, 2, 3):
        assert of(more).blocks(LEARN, STUDY, "robust", stage) == of(SMOKE).blocks(
            LEARN, STUDY, "robust", stage
        )


def test_settings_hold_nothing_that_was_not_asked_for():
    """Not another solver's, nor of the network what only its pre-training reads."""
    blocks = of(SMOKE).blocks(LOCATE, STUDY, "robust", 2)
    assert set(blocks) == set(LOCATE)
    assert "rollout" not in blocks["plume"]
    assert set(blocks["network"]) == {"hidden", "depth", "precision"}
    rollout = changed(f"studies.{STUDY}.plume.solver", "rollout")
    assert "propagator" not in of(rollout).blocks(LOCATE, STUDY, "robust", 2)["plume"]


def test_a_block_that_a_study_does_not_have_is_left_out():
    assert "network" not in of(SMOKE).blocks(LOCATE, "parametric_error", "robust", 2)


def test_variants_change_what_they_name():
    parameters = of(SMOKE)
    robust, printed = (parameters.blocks(LEARN, STUDY, v, 2) for v in ("robust", "printed"))
    assert (robust["reupdate"], printed["reupdate"]) == ("replay", "replace")
    assert robust["plume"] == printed["plume"]


def test_asking_twice_gives_the_same_and_changes_nothing():
    config = deepcopy(SMOKE)
    parameters = of(config)
    first = deepcopy(parameters.blocks(LEARN, STUDY, "robust", 3))
    assert parameters.blocks(LEARN, STUDY, "robust", 3) == first
    assert config == SMOKE


def test_the_order_of_keys_in_a_file_makes_no_difference():
    def turned(node):
        if isinstance(node, dict):
            return {key: turned(node[key]) for key in reversed(node)}
        return node

    plume = SMOKE["systems"]["plume_structural"]["plume"]
    other = changed("systems.plume_structural.plume", turned(plume))
    other = changed("recipes.robust", turned(SMOKE["recipes"]["robust"]), other)
    assert json.dumps(of(other).blocks(LEARN, STUDY, "robust", 2)) == json.dumps(
        of(SMOKE).blocks(LEARN, STUDY, "robust", 2)
    )


def test_all_that_a_rule_is_given_is_in_order():
    parameters, sensors = of(SMOKE), SensorCases(SMOKE["source_inversion"])
    given = [
        parameters.active("active_structural", "informed"),
        parameters.compared_designs("active_structural"),
        parameters.pretraining(STUDY),
        parameters.stated_network(STUDY),
        parameters.plume_figure(),
        parameters.risk_study(("way", "map"), "nonlinear"),
        parameters.scaling("propagator"),
        parameters.scaling_sizes(),
        parameters.method(next(iter(SMOKE["method_comparison"]["methods"]))),
        parameters.network_size("weights_37"),
        parameters.benchmarks(),
        sensors.parameters(("searches", "cells"), case="two_sensors/building_4"),
        *SweepCases(SMOKE).settings("recipes", "robust").values(),
    ]
    for settings in given:
        assert settings
        assert is_in_order(settings)


def test_pretraining_depends_on_the_network_and_the_forms_of_both_sources_alone():
    before = of(SMOKE).pretraining(STUDY)
    assert set(before) == {"network", "replicates", "truth", "model"}
    assert set(before["truth"]) == {"source", "strength", "width"}
    assert of(changed(f"studies.{STUDY}.noise.constant", 0.9)).pretraining(STUDY) == before
    assert of(changed(f"studies.{STUDY}.truth.width", 0.06)).pretraining(STUDY) != before


def test_starting_weights_are_as_many_as_the_largest_sweep_of_a_study_needs():
    assert of(SMOKE).stated_network(STUDY)["replicates"] == 2
    more = changed("sweeps.recipes.replicates", 7)
    assert of(more).stated_network(STUDY)["replicates"] == 7
    assert of(more).pretraining("active_structural")["replicates"] == 2


def test_settings_of_an_active_study_are_those_of_the_variant_that_is_compared():
    parameters = of(SMOKE)
    compared = parameters.compared_designs("active_structural")
    informed = parameters.active("active_structural", "informed")
    assert set(informed) <= set(ACTIVE_BLOCKS)
    assert compared == in_order(informed | {"designs": compared["designs"]})
    assert compared["indicator"]["budget"] == 2


def test_what_is_learned_besides_a_network():
    parameters = of(SMOKE)
    assert parameters.true_parameter("active_parametric") == ["strength", 2.0]
    assert parameters.true_parameter("active_ill_posed") == ["growth", 50.0]
    assert parameters.true_parameter("active_structural") == []


def test_a_risk_study_gets_its_problem_and_what_it_asks_for():
    settings = of(SMOKE).risk_study(("way", "samples"), "linear")
    described = {"function", "parameters", "designs", "noise"}
    assert set(settings) == described | {"experiments", "outputs", "way", "samples"}
    assert settings["noise"] == SMOKE["systems"]["linear"]["noise"]


def test_searches_for_other_experiments_rerun_none_that_are_there():
    more = changed("studies.nonlinear.optimisation.experiments", [1, 2, 3])
    names = ("way", "optimisation")
    assert of(more).risk_study(names, "nonlinear") == of(SMOKE).risk_study(names, "nonlinear")


def test_benchmarks_take_sizes_of_their_own_and_a_study():
    settings = of(SMOKE).benchmarks()
    assert settings["seed"] == SMOKE["seed"]
    assert settings["coarse"] == SMOKE["benchmarks"]["coarse"]
    assert not {"gain_profile", "gain_comparison", "joint"} & set(settings)
    described = {"function", "parameters", "designs", "noise", "experiments", "outputs"}
    assert set(settings["utility"]) == described | {"quadrature_nodes", "place", "count"}


def test_scaling_takes_the_solver_that_it_is_for():
    for solver, other in (("propagator", "rollout"), ("rollout", "propagator")):
        plume = of(without_nulls(PAPER)).scaling(solver)["plume"]
        assert solver in plume
        assert other not in plume


def test_a_case_alike_is_run_by_the_first_sweep_that_has_it():
    twice = json.loads(json.dumps(SMOKE))
    axes = twice["sweeps"]["recipes"]["axes"]
    values = {"printed": axes["recipe"]["printed"], "fresh": {"recipe": "released"}}
    again = twice["sweeps"]["recipes"] | {"axes": axes | {"recipe": values}}
    twice["sweeps"]["again"] = again
    sweeps = SweepCases(twice)
    assert sweeps.values("again") == ["printed", "fresh"]
    assert sweeps.settings("again", "printed") == {}
    assert list(sweeps.settings("again", "fresh")) == ["fresh-released-none"]
    assert sweeps.files("again") == [
        "<results>/sweeps/recipes/printed.nc",
        "<results>/sweeps/again/fresh.nc",
    ]
    cases = ["printed-released-none", "fresh-released-none"]
    assert sweeps.positions("again") == [[0, cases[0]], [1, cases[1]]]


def test_a_sweeps_cases_name_their_starting_weights():
    sweeps = SweepCases(SMOKE)
    assert sweeps.starting_weights("recipes", "printed") == {
        "released": "<results>/structural_error/starting_weights/released.nc"
    }
    assert sweeps.settings("recipes", "robust")["robust-released-none"]["replicates"] == 2


def test_a_layout_more_is_no_reason_to_search_again_in_the_others():
    names = ("searches", "cells")
    more = changed("source_inversion.layouts.yard", [[0.1, 0.2, 0.1, 0.2]])
    more = changed("source_inversion.searches.two_sensors", ["building_4", "yard"], more)
    before, after = (SensorCases(c["source_inversion"]) for c in (SMOKE, more))
    case = "two_sensors/building_4"
    assert after.parameters(names, case=case) == before.parameters(names, case=case)
    assert after.two_sensors() == [case, "two_sensors/yard"]
    exploration = SMOKE["source_inversion"]["searches"]["exploration"]["two_sensors"]
    assert before.parameters(names, case=case)["searches"]["exploration"] == exploration


def test_cases_are_named_by_sensors_and_layout():
    cases = SensorCases(without_nulls(PAPER)["source_inversion"])
    assert cases.one_sensor()[:2] == ["one_sensor", "one_sensor/building_1"]
    assert cases.layout_of("one_sensor") == "open"
    assert cases.layout_of("two_sensors/building_4") == "building_4"
    assert cases.buildings(case="one_sensor") == cases.buildings(layout="open") == []
    assert cases.reference("one_sensor").endswith("one_sensor/utility.nc")
    assert cases.reference("two_sensors/building_4").endswith("building_4/pairs.nc")
    assert cases.pair_search("open").endswith("source_inversion/two_sensors/search.nc")


@pytest.mark.parametrize(
    ("model", "blocks", "surrogate"),
    [
        ("surrogate", ["model"], "<results>/surrogate/building_4/surrogate.nc"),
        ("solver", ["model", "solver"], []),
        ("adjoint", ["model", "cells"], []),
    ],
)
def test_samples_depend_on_the_model_that_they_go_through(model, blocks, surrogate):
    cases = SensorCases(changed("source_inversion.model", model)["source_inversion"])
    assert cases.model_blocks() == blocks
    assert cases.surrogate("two_sensors/building_4") == surrogate
    assert bool(cases.training_timings()) == (model == "surrogate")


def test_narrowing_leaves_what_it_is_given_as_it_was():
    settings = {"plume": {"solver": "rollout", "rollout": {}, "propagator": {}}, "network": {}}
    before = deepcopy(settings)
    assert with_one_solver(settings)["plume"] == {"solver": "rollout", "rollout": {}}
    with pytest.raises(KeyError, match="hidden"):
        with_network_shape(settings)
    assert settings == before


def test_a_pattern_of_no_names_matches_nothing():
    assert not re.match(pattern_of([]), "")
    assert re.fullmatch(pattern_of(["one", "two"]), "two")
