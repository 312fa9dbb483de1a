"""The configuration's check, before any job: the model, and what its blocks are to each other.

No JAX here, since every Snakemake start runs it.
"""

from collections.abc import Iterator

from boed.config.dependent_checks import (
    benchmark_problems,
    method_problems,
    network_problems,
    sweep_problems,
)
from boed.config.described_checks import described_study_problems, risk_study_problems
from boed.config.lookup import SEQUENTIAL, of_method, of_plumes, sequential
from boed.config.model.base import Problem, all_contradictions
from boed.config.model.configuration import Configuration
from boed.config.overlays import FIXED_NAMES, ready, without_nulls
from boed.config.refusals import odd_keys, refusals
from boed.config.study_checks import sequential_study_problems
from boed.config.study_layers import REPLACED, layer_problems, replaced

# the folder beside those of a study's variants
STARTING_WEIGHTS = "starting_weights"
# what the name of the target begins with that looks at a study before it runs
CHECK = "check_"


class SettingsError(ValueError):
    """A configuration that must not run; the message names key, value and what is accepted."""


def check(config: dict, reserved: frozenset[str] = frozenset()) -> None:
    """Raise SettingsError listing every problem of a configuration; return nothing if there is
    none.

    reserved: names that no study may have, see `reserved_names`.
    """
    checked(config, reserved)


def checked(config: dict, reserved: frozenset[str] = frozenset()) -> dict:
    """The configuration as everything that runs is given it, see `ready`; SettingsError as
    `check`.
    """
    problems = odd_keys(config) or [
        *replaced(config),
        *refusals(Configuration, {key: config[key] for key in config if key not in REPLACED}),
        *layer_problems(config),
    ]
    if not problems:
        whole = without_nulls(config)
        problems = [*_empty(whole), *_taken_names(whole, reserved), *_recipes(whole)]
    if not problems:
        whole = ready(config)
        problems = [*_blocks(whole), *_studies(whole, config)]
    if not problems:
        problems = _dependents(whole)
    if problems:
        lines = "\n  ".join(dict.fromkeys(problems))
        raise SettingsError(f"the configuration cannot run:\n  {lines}")
    return whole


def _empty(config: dict) -> Iterator[str]:
    """Studies without a variant and axes without a value, all of them being null."""
    choices = {
        f"studies.{name}.variants": study["variants"] for name, study in sequential(config).items()
    }
    for name, sweep in config["sweeps"].items():
        choices |= {f"sweeps.{name}.axes.{axis}": values for axis, values in sweep["axes"].items()}
    for block, key in (
        ("source_inversion", "layouts"),
        ("scaling", "solvers"),
        ("networks", "sizes"),
        ("method_comparison", "methods"),
    ):
        choices[f"{block}.{key}"] = config[block][key]
    for key, values in choices.items():
        if not values:
            yield str(Problem(key, {}, "at least one that is not null"))


def _taken_names(config: dict, reserved: frozenset[str]) -> Iterator[str]:
    """Studies with the name of a rule, a target or a folder; variants with that of a folder."""
    for name, study in sequential(config).items():
        if STARTING_WEIGHTS in study["variants"]:
            key = f"studies.{name}.variants.{STARTING_WEIGHTS}"
            yield str(Problem(key, STARTING_WEIGHTS, "another name: a folder has this one"))
    accepted = "a name that no rule, target or folder of the workflow has"
    for name in config["studies"]:
        if name in reserved | FIXED_NAMES:
            yield str(Problem(f"studies.{name}", name, accepted))
        elif name.startswith(CHECK) and name.removeprefix(CHECK) in config["studies"]:
            yield str(
                Problem(f"studies.{name}", name, "another name: a study's check has this one")
            )


def _layers(config: dict) -> Iterator[tuple[str, dict]]:
    """(key, layer) of everything that can name a recipe."""
    for name, study in sequential(config).items():
        yield f"studies.{name}", study
        for variant, changes in study["variants"].items():
            yield f"studies.{name}.variants.{variant}", changes
    for name, sweep in config["sweeps"].items():
        for axis, values in sweep["axes"].items():
            for value, changes in values.items():
                yield f"sweeps.{name}.axes.{axis}.{value}", changes
    for block, key in (
        ("scaling", "solvers"),
        ("networks", "sizes"),
        ("method_comparison", "methods"),
    ):
        yield f"{block}.changes", config[block].get("changes", {})
        for name, changes in config[block][key].items():
            yield f"{block}.{key}.{name}", changes


def _recipes(config: dict) -> Iterator[str]:
    """Recipes that are not there, and studies that name none."""
    for key, layer in _layers(config):
        if "recipe" in layer and layer["recipe"] not in config["recipes"]:
            accepted = f"one of {', '.join(config['recipes'])}"
            yield str(Problem(f"{key}.recipe", layer["recipe"], accepted))
    for name, study in sequential(config).items():
        if "recipe" not in study:
            yield f"studies.{name}: missing recipe"


def _blocks(config: dict) -> Iterator[str]:
    """What contradicts itself in the blocks that are whole: all but systems and studies."""
    configuration = Configuration.model_validate(config)
    yield from map(str, all_contradictions(configuration))
    for line in configuration.source_inversion.faulty_layouts():
        yield f"source_inversion.{line}"


def _studies(config: dict, written: dict) -> Iterator[str]:
    """What is wrong with each study; written: the configuration before `ready`."""
    for name in of_method(config, "risk"):
        yield from risk_study_problems(config, name)
    plumes = of_plumes(config, *SEQUENTIAL)
    for name in sequential(config):
        check = sequential_study_problems if name in plumes else described_study_problems
        yield from check(config, written["studies"][name], name)


def _dependents(config: dict) -> list[str]:
    """What is wrong with the blocks that vary studies, which are right by themselves."""
    return [
        *(line for name in config["sweeps"] for line in sweep_problems(config, name)),
        *network_problems(config),
        *method_problems(config),
        *benchmark_problems(config),
    ]
