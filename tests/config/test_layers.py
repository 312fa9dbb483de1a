"""Layers of studies: what a new one needs, studies that are like others, numbers for each stage."""

import configurations
import pytest

from boed.config import overlays, validate
from boed.config.model.base import completed
from boed.config.model.study import Settings
from boed.config.validate import SettingsError

FOUR = [0.051, 0.061, 0.071, 0.081]


def of_structural(**changes):
    """An overlay that changes the study of structural error."""
    return {"studies": {"structural_error": changes}}


def refusal(*changes):
    with pytest.raises(SettingsError) as error:
        validate.check(configurations.paper(*changes))
    return str(error.value)


def test_another_number_of_stages_breaks_nothing_that_shares_the_study():
    """Recipes, sweeps, sizes, the scaling study and the benchmarks all build on the study."""
    config = validate.checked(configurations.paper(of_structural(times=FOUR)))
    for variant in config["studies"]["structural_error"]["variants"]:
        settings = overlays.resolve(config, "structural_error", variant)
        assert len(settings["experiment"]["steps"]) == 4
        assert len(settings["calibration"]["rates"]) == 3
    released = overlays.resolve(config, "structural_error", "released")
    assert released["experiment"]["steps"] == [50, 45, 40, 40]
    assert released["calibration"]["rates"] == [0.0025, 0.002, 0.0018]
    assert len(overlays.resolve_case(config, "risk", "averse-sampled")["times"]) == 4
    assert len(overlays.resolve_case(config, "recipes", "robust-printed-none")["times"]) == 6
    assert len(overlays.resolve_network_size(config, "weights_987")["calibration"]["rates"]) == 3


def test_one_number_stands_for_all_stages():
    config = configurations.paper(
        of_structural(experiment={"steps": 7}, calibration={"rates": 0.01})
    )
    settings = overlays.resolve(validate.checked(config), "structural_error", "robust")
    assert settings["experiment"]["steps"] == [7] * 6
    assert settings["calibration"]["rates"] == [0.01] * 5


@pytest.mark.parametrize(
    ("overlay", "key"),
    [
        (of_structural(experiment={"steps": [5] * 7}), "structural_error.experiment.steps"),
        (of_structural(experiment={"steps": [5] * 5}), "structural_error.experiment.steps"),
        (
            of_structural(variants={"robust": {"calibration": {"rates": [0.1] * 6}}}),
            "structural_error.variants.robust.calibration.rates",
        ),
        (
            {"networks": {"sizes": {"weights_37": {"calibration": {"rates": [0.1] * 6}}}}},
            "networks.sizes.weights_37.calibration.rates",
        ),
        (
            {
                "sweeps": {
                    "ablation": {
                        "axes": {"change": {"no_grid": {"experiment": {"steps": [5] * 7}}}}
                    }
                }
            },
            "sweeps.ablation.axes.change.no_grid.experiment.steps",
        ),
    ],
)
def test_a_list_of_a_study_itself_has_a_value_for_each_stage(overlay, key):
    message = refusal(overlay)
    line = next(line for line in message.splitlines() if f"{key}: got" in line)
    assert "numbers for the 6 stages in times" in line


def test_the_cases_of_a_sweep_have_as_many_stages_as_each_other():
    times = {"axes": {"problem": {"released": {"times": FOUR}}}}
    assert "sweeps.recipes.times: got" in refusal({"sweeps": {"recipes": times}})


def test_a_new_study_needs_no_profile_and_no_reference():
    new = {"like": "structural_error", "gain_profile": None, "gain_comparison": None}
    config = validate.checked(configurations.paper({"studies": {"plain": new}}))
    settings = overlays.resolved(config, "plain")
    assert not {"gain_profile", "gain_comparison", "joint", "designs", "agreement"} & set(settings)


def test_a_study_like_another_is_that_study_but_for_its_own_keys():
    flow = {"x": [0.0, 10.0], "y": [0.0, 10.0]}
    new = {"like": "structural_error", "plume": {"velocity": flow}, "variants": {"printed": None}}
    config = validate.checked(configurations.paper({"studies": {"slow": new}}))
    names = list(config["studies"]["structural_error"]["variants"])
    assert list(config["studies"]["slow"]["variants"]) == [
        name for name in names if name != "printed"
    ]
    for variant in config["studies"]["slow"]["variants"]:
        base = overlays.resolve(config, "structural_error", variant)
        expected = base | {"plume": base["plume"] | {"velocity": flow}}
        assert overlays.resolve(config, "slow", variant) == expected


def test_what_is_like_runs_in_chains():
    studies = {
        "studies": {
            "second": {"like": "first", "replicates": 3},
            "first": {"like": "parametric_error", "replicates": 5, "times": [0.03, 0.04]},
        }
    }
    config = validate.checked(configurations.paper(studies))
    settings = overlays.resolved(config, "second")
    assert (settings["replicates"], settings["times"]) == (3, [0.03, 0.04])
    assert settings["calibration"]["rates"] == [0.05]
    active = {"studies": {"other": {"like": "active_parametric", "replicates": 1}}}
    assert "other" in validate.checked(configurations.paper(active))["studies"]


def test_a_risk_study_can_be_like_another():
    new = {"like": "linear", "noise": {"constant": 2.0}, "sample_sizes": None}
    config = validate.checked(configurations.paper({"studies": {"noisy": new}}))
    linear = overlays.resolved(config, "linear")
    linear.pop("sample_sizes")
    assert overlays.resolved(config, "noisy") == linear | {"noise": {"constant": 2.0}}


def test_a_system_can_be_like_another():
    flow = {"velocity": {"x": [0.0, 10.0], "y": [0.0, 10.0]}}
    layers = {
        "systems": {"slow": {"like": "plume_structural", "plume": flow}},
        "studies": {"slower": {"like": "structural_error", "system": "slow"}},
    }
    config = validate.checked(configurations.paper(layers))
    settings, base = (overlays.resolved(config, name) for name in ("slower", "structural_error"))
    assert settings == base | {"plume": base["plume"] | flow}


@pytest.mark.parametrize(
    ("layers", "line"),
    [
        (
            {"studies": {"other": {"system": "plume_structural", "recipe": "robust"}}},
            "studies.other: missing method",
        ),
        (
            {"studies": {"other": {"method": "hybrid", "recipe": "robust"}}},
            "studies.other: missing system",
        ),
        (
            {"studies": {"other": {"like": "structural_error", "system": "plume"}}},
            "studies.other.system: got 'plume', accepts one of plume_structural, plume_parametric",
        ),
        (
            {"studies": {"other": {"like": "structural_error", "method": "random"}}},
            "studies.other.method: got 'random', accepts one of hybrid, active, risk",
        ),
        (
            {"systems": {"other": {"like": "plume"}}},
            "systems.other.like: got 'plume', accepts one of plume_structural, plume_parametric",
        ),
        (
            {"systems": {"wrong_flow": {"times": [0.1]}}},
            "systems.wrong_flow.times: unknown key; known here: plume, truth, model, noise, net",
        ),
        (
            {"plume_studies": {"structural_error": {"replicates": 5}}},
            "plume_studies: replaced by studies with method: hybrid, each of one of the systems",
        ),
        ({"active_studies": {}}, "active_studies: replaced by studies with method: active"),
        ({"risk_studies": None}, "risk_studies: replaced by studies with method: risk"),
        (
            {"studies": {"linear": {"prior": {"normal": {"mean": 0.0}}}}},
            "studies.linear.prior: replaced by parameters: {theta: {…}}, of its system or its own",
        ),
    ],
)
def test_what_a_system_or_a_study_lacks_is_named(layers, line):
    assert line in refusal(layers)


@pytest.mark.parametrize(
    ("studies", "line"),
    [
        (
            {"a": {"like": "b"}, "b": {"like": "a"}},
            "studies.a.like: got 'b', accepts a study that is not like this one in turn",
        ),
        (
            {"a": {"like": "a"}},
            "studies.a.like: got 'a', accepts a study that is not like this one in turn",
        ),
        ({"a": {"like": "nothing"}}, "studies.a.like: got 'nothing', accepts one of struc"),
        (
            {"a": {"like": "b"}, "b": {"like": "a"}, "c": {"like": "a"}},
            "studies.c.like: got 'a', accepts a study that is not like this one in turn",
        ),
    ],
)
def test_a_study_like_itself_or_like_none_is_refused(studies, line):
    assert line in refusal({"studies": studies})


def test_a_variant_cannot_be_like_a_study():
    message = refusal(of_structural(variants={"other": {"like": "parametric_error"}}))
    assert "structural_error.variants.other.like: " in message


def test_null_leaves_out_a_block_of_a_study():
    overlay = of_structural(gain_comparison=None)
    assert "gain_comparison" not in overlays.resolved(
        validate.checked(configurations.paper(overlay)), "structural_error"
    )


def test_defaults_reach_what_runs():
    config = configurations.paper()
    for name in ("drift", "jump", "stop_after_clips"):
        for recipe in config["recipes"].values():
            recipe["discrepancy_experiment"].pop(name)
    del config["systems"]["plume_structural"]["noise"]["observation_noise"]
    del config["claims"]["level"]
    ready = validate.checked(config)
    settings = overlays.resolve(ready, "structural_error", "robust")
    assert settings["noise"]["observation_noise"] == "none"
    search = settings["discrepancy_experiment"]
    assert (search["drift"], search["jump"], search["stop_after_clips"]) == (0.0, 0.05, 0)
    assert ready["claims"] == {"resamples": 2000, "level": 0.95}


def test_filling_in_changes_no_value_that_is_there():
    config = overlays.without_nulls(configurations.paper())
    settings = overlays.resolve(config, "structural_error", "robust")
    assert completed(Settings, settings) == settings
    assert completed(Settings, {"unknown": 1, "joint": None}) == {"unknown": 1}


def test_an_overlay_reorders_nothing():
    """Snakemake lists the keys of an overlay first."""
    base = {"a": {"x": 1, "y": {"p": 1, "q": 2}, "z": 3}, "b": 2}
    laid = {"c": 9, "a": {"z": 4, "new": 0, "y": {"q": 3, "p": 1}, "x": 1}, "b": 2}
    ordered = overlays.in_order_of(base, laid)
    assert ordered == laid
    assert list(ordered) == ["a", "b", "c"]
    assert list(ordered["a"]) == ["x", "y", "z", "new"]
    assert list(ordered["a"]["y"]) == ["p", "q"]
