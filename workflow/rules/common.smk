"""What all other files use: the checked configuration, a variant's settings, digests of a script's code.

Inputs: config, workflow/schemas/config.schema.yaml, the syntax trees of scripts and of src/boed.
Outputs: functions only, no rules.
"""

import os
import sys
from functools import cache
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

ROOT = Path(workflow.basedir)
SOLVERS = ("propagator", "rollout")
SENSORS = ("one_sensor", "two_sensors")
# what a study whose own data teach the model depends on
ACTIVE = (
    "replicates",
    "times",
    "plume",
    "truth",
    "model",
    "array",
    "network",
    "noise",
    "belief",
    "experiment",
    "correct",
    "reupdate",
    "discrepancy_experiment",
    "indicator",
    "calibration",
)
# what a table of such a study tells of every stage
TOLD = [
    "location_error",
    "field_mean_squared_error",
    "field_relative_error",
    "near_field_relative_error",
    "right_hand_side_error",
    "near_right_hand_side_error",
    "simulated_field_relative_error",
    "near_simulated_field_relative_error",
    "growth",
    "attributed_growth",
]
sys.path.insert(0, str(ROOT / "src"))

from boed.claims import published_runs, scorecard
from boed.jobs import provenance
from boed.config.overlays import (
    cases,
    reserved_names,
    resolve,
    resolve_case,
    resolve_method,
    resolve_network_size,
    resolve_scaling,
    resolved,
    runs,
    studies,
    without_nulls,
)
from boed.config.validate import SettingsError, check


def check_config():
    """End at once, before any job runs, if the configuration cannot run."""
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text(encoding="utf-8"))
    rules = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "workflow/rules").glob("*.smk"))]
    try:
        check(config, schema, reserved_names(rules))
    except SettingsError as error:
        raise WorkflowError(str(error)) from None
    config.update(without_nulls(config))


def code_of(script):
    """Digests of a script and of all it imports from boed: part of a rule's params, so that edits rerun it."""
    return provenance.closure_digests(ROOT / f"workflow/scripts/{script}.py", ROOT / "src/boed")


@cache
def settings_in(study, variant=None):
    """A study's settings, as a variant changes them; shared between all who ask, so not to be changed."""
    settings = resolve(config, study, variant) if variant else resolved(config, study)
    return settings | {"plume": with_one_solver(settings["plume"])}


def settings_of(wildcards):
    """The study's settings, as its variant changes them; of the study itself where there is no variant."""
    return settings_in(wildcards.study, getattr(wildcards, "variant", None))


def in_order(node):
    """The same settings with sorted keys: the order in which a file lists them must not rerun anything."""
    return {key: in_order(node[key]) for key in sorted(node)} if isinstance(node, dict) else node


def blocks(*names):
    """The named blocks of the settings, for a rule's params: its own part of the configuration and no more.

    Of the solvers only the one in use, of the network only its shape, if there is one. In a stage's job `time` is the
    time of that stage, and lists with a value for each stage are cut to the stage's own: editing one stage leaves the
    ones before it alone.
    """

    def settings(wildcards):
        every = settings_of(wildcards)
        if hasattr(wildcards, "stage"):
            every = of_stage(every, int(wildcards.stage))
        return in_order(with_network_shape({name: every[name] for name in names if name in every}))

    return settings


def with_network_shape(settings):
    """The settings with no more of a block `network` than the network's shape."""
    shape = {key: settings["network"][key] for key in ("hidden", "depth", "precision")} if "network" in settings else {}
    return settings | ({"network": shape} if shape else {})


def case_settings(wildcards):
    """{case: all that it depends on} of the cases with one value on a sweep's first axis that no other sweep runs."""
    sweep = wildcards.sweep
    names = [name for name, values in cases(config["sweeps"][sweep]).items() if values[0] == wildcards.value]
    names = [name for name in names if sweep_runs()[sweep, name] == (sweep, name)]
    left_out = ("gain_profile", "gain_comparison", "joint")
    each = {}
    for name in names:
        settings = resolve_case(config, wildcards.sweep, name)
        settings = {key: value for key, value in settings.items() if key not in left_out}
        each[name] = in_order(with_network_shape(settings | {"plume": with_one_solver(settings["plume"])}))
    return each


@cache
def sweep_runs():
    """{(sweep, case): (sweep, case) that runs it}, found once."""
    return runs(config)


def risk_study_names():
    """A pattern for the names of the risk studies."""
    return "|".join(config["risk_studies"])


def risk_blocks(*names):
    """The problem of a risk study and the named parts of its settings, for a rule's params."""

    def settings(wildcards):
        every = config["risk_studies"][wildcards.study]
        return in_order({name: every[name] for name in ("model", "prior", "noise", "design", *names)})

    return settings


def one_sensor_cases():
    """{case: layout} of one sensor: the open domain is the case itself, those with buildings are below it."""
    layouts = config["source_inversion"]["layouts"]
    return {"one_sensor" if name == "open" else f"one_sensor/{name}": name for name in layouts}


def two_sensor_cases():
    """{case: layout} of two sensors."""
    layouts = config["source_inversion"]["searches"]["two_sensors"]
    return {"two_sensors" if name == "open" else f"two_sensors/{name}": name for name in layouts}


def searched_cases():
    """{case: layout} of all that are optimised: one sensor in some layouts, two in some."""
    searched = config["source_inversion"]["searches"]["one_sensor"]
    return {case: name for case, name in one_sensor_cases().items() if name in searched} | two_sensor_cases()


def sensors_in(case):
    """How many sensors a case places."""
    return 1 if case.startswith("one_sensor") else 2


def layout_of(wildcards):
    """The layout of a job: its wildcard, or that of its case."""
    if hasattr(wildcards, "layout"):
        return wildcards.layout
    return (one_sensor_cases() | two_sensor_cases())[wildcards.case]


def buildings_of(wildcards):
    """The buildings of a job's layout."""
    return config["source_inversion"]["layouts"][layout_of(wildcards)]


def sensor_blocks(*names):
    """The named parts of the source inversion's settings, its source and the job's buildings, for a rule's params."""
    block = config["source_inversion"]
    used = ["source", "time", *names]

    def settings(wildcards):
        own = {name: block[name] for name in used} | {"buildings": buildings_of(wildcards)}
        if "searches" in own:
            # a layout more is no reason to search again in the others
            own["searches"] = {key: own["searches"][key] for key in own["searches"] if key not in SENSORS}
            exploration = own["searches"]["exploration"][SENSORS[sensors_in(wildcards.case) - 1]]
            own["searches"] = own["searches"] | {"exploration": exploration}
        return in_order(own)

    return settings


def model_blocks():
    """Names of the settings that the forward model of samples depends on."""
    block = {"surrogate": [], "solver": ["solver"], "adjoint": ["cells"]}
    return ["model", *block[config["source_inversion"]["model"]]]


def pattern_of(names):
    """A pattern that matches these names and no others."""
    return "|".join(names) or "(?!)"


def scaling_settings(solver):
    """All that an AD-EKI gradient of the scaling study depends on, for one solver."""
    used = ("plume", "truth", "model", "network", "noise", "belief", "discrepancy_experiment")
    settings = resolve_scaling(config, solver)
    settings = {key: settings[key] for key in used} | {"plume": with_one_solver(settings["plume"])}
    return in_order(settings | {key: config["scaling"][key] for key in ("time", "design", "centre", "repeats")})


def scaling_sizes():
    """The sizes and ways to differentiate of the scaling study."""
    return in_order({key: config["scaling"][key] for key in ("modes", "members", "iterations", "samples")})


def scaling_solvers():
    """Solvers of the scaling study."""
    return list(config["scaling"]["solvers"])


def methods():
    """Names of the methods that are compared."""
    return list(config["method_comparison"]["methods"])


def method_settings(method):
    """All that one of the compared methods depends on."""
    settings = resolve_method(config, method)
    settings = {key: settings[key] for key in ACTIVE if key in settings}
    return in_order(settings | {"plume": with_one_solver(settings["plume"])})


def benchmark_settings():
    """All that the benchmarks depend on: a study under its recipe, where its gradient is taken, the baselines' sizes."""
    block = config["benchmarks"]
    left_out = ("gain_profile", "gain_comparison", "joint")
    settings = {key: value for key, value in resolved(config, block["study"]).items() if key not in left_out}
    place = {key: config["scaling"][key] for key in ("time", "design", "centre")}
    own = {key: block[key] for key in ("coarse", "divergence", "repeats")}
    risk = {key: value for key, value in block["utility"].items() if key != "study"}
    risk |= config["risk_studies"][block["utility"]["study"]]
    used = ("model", "prior", "noise", "design", "quadrature_nodes", "place", "count")
    own["utility"] = {key: risk[key] for key in used}
    return in_order(settings | place | own | {"seed": config["seed"]})


def network_size_settings(size):
    """All that the study with a network of one size depends on."""
    left_out = ("gain_profile", "gain_comparison", "joint")
    settings = resolve_network_size(config, size)
    settings = {key: value for key, value in settings.items() if key not in left_out}
    return in_order(settings | {"plume": with_one_solver(settings["plume"])})


def of_stage(settings, stage):
    """The settings with the values of one stage in place of those of all stages."""
    experiment, calibration = settings["experiment"], settings["calibration"]
    rate = calibration["rates"][stage - 2] if stage > 1 else None
    return settings | {
        "time": settings["times"][stage - 1],
        "experiment": experiment | {"steps": experiment["steps"][stage - 1]},
        "calibration": {key: value for key, value in calibration.items() if key != "rates"} | {"rate": rate},
    }


def with_one_solver(plume):
    """The block `plume` without the settings of the solvers that it does not use."""
    return {key: value for key, value in plume.items() if key not in SOLVERS or key == plume["solver"]}


def pretraining_settings(wildcards):
    """The network, and the forms of both sources: all that the pre-training needs."""
    settings = settings_of(wildcards)
    forms = {name: {key: settings[name][key] for key in ("source", "strength", "width")} for name in ("truth", "model")}
    return in_order({"network": settings["network"], "replicates": most_replicates(wildcards.study), **forms})


def stated_network_settings(wildcards):
    """The shape and initial scale of a network that nothing trains, and how many are needed."""
    network = settings_in(wildcards.study)["network"]
    shape = {key: network[key] for key in ("hidden", "depth", "first_layer_scale")}
    return in_order({"network": shape, "replicates": most_replicates(wildcards.study)})


def most_replicates(study):
    """Replicates of a study or of the sweep of it that has most: each starts from a network of its own."""
    sweeps = [sweep["replicates"] for sweep in config["sweeps"].values() if sweep["study"] == study]
    return max([settings_in(study)["replicates"], *sweeps])


def studies_that_learn(kind):
    """A pattern for the names of the studies that learn a kind of discrepancy; none of them, none that matches."""
    return pattern_of([study for study in studies(config) if learns(study, kind)])


def variants_of(study):
    """Names of a study's variants."""
    return list(studies(config)[study]["variants"])


def corrected_variants(study):
    """Names of the variants that calibrate the network."""
    return [variant for variant in variants_of(study) if settings_in(study, variant)["correct"]]


def compared_settings(wildcards):
    """The settings of the variant whose designs a study compares, and how it does."""
    every = settings_in(wildcards.study, settings_in(wildcards.study)["designs"]["variant"])
    return in_order(with_network_shape({name: every[name] for name in (*ACTIVE, "designs") if name in every}))


def true_parameter(wildcards):
    """[what is learned besides a network, its true value]; nothing where that is all."""
    settings = settings_of(wildcards)
    if settings["model"]["discrepancy"] == "strength":
        return ["strength", settings["truth"]["strength"]]
    return ["growth", settings["plume"]["velocity"]["x"][1]] if "velocity" in settings["model"] else []


def learns(study, kind):
    """Whether a study learns this kind of discrepancy, network or strength."""
    return settings_in(study)["model"]["discrepancy"] == kind


def stages_of(study, first=1):
    """Numbers of a study's stages from `first` on."""
    return range(first, len(studies(config)[study]["times"]) + 1)


def final_beliefs(study, variant):
    """(stage, name of its last belief) of every stage of a variant."""
    corrected = variant in corrected_variants(study)
    return [(n, "corrected_belief" if corrected and n > 1 else "belief") for n in stages_of(study)]


def is_corrected(wildcards, stage):
    """Whether this variant calibrates its network in this stage: never in the first one."""
    return settings_of(wildcards)["correct"] and stage > 1


# One place for what a job's process needs: the library; a hook that puts tracebacks into the job's log; as many XLA
# threads as the rule has; compiled kernels kept between jobs of this machine.
JOB_ENVIRONMENT = (
    f'export PYTHONPATH="{ROOT}/src:{ROOT}/workflow/startup" NPROC="$OMP_NUM_THREADS" PYTHONNOUSERSITE=1 MPLBACKEND=Agg '
    f'JAX_COMPILATION_CACHE_DIR="{ROOT}/.snakemake/jax/$(hostname)" JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0; '
)
