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
from boed.config.model.base import Problem, all_contradictions
from boed.config.model.configuration import Configuration
from boed.config.model.risk import RiskStudy
from boed.config.overlays import FIXED_NAMES, STUDIES, bases, ready, without_nulls
from boed.config.refusals import faults, odd_keys, refusals
from boed.config.study_checks import sequential_study_problems

# the folder beside those of a study's variants
STARTING_WEIGHTS = "starting_weights"


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
    problems = odd_keys(config) or refusals(Configuration, config) or list(_unlike(config))
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


def _present(config: dict, *blocks: str) -> dict[str, dict]:
    """{name: study} of the blocks, without those that are null."""
    named = (item for block in blocks for item in config[block].items())
    return {name: study for name, study in named if study is not None}


def _unlike(config: dict) -> Iterator[str]:
    """Studies that are like one that is not there, or like themselves in the end."""
    for blocks in (STUDIES, ("risk_studies",)):
        known = _present(config, *blocks)
        for block in blocks:
            for name in config[block]:
                chain = bases(known, name)
                if not chain:
                    continue
                key, got = f"{block}.{name}.like", known[name]["like"]
                if name in chain or chain.count(chain[-1]) > 1:
                    accepted = f"a study that is not like this one in turn: {' → '.join(chain)}"
                    yield str(Problem(key, got, accepted))
                elif chain[-1] not in known:
                    others = ", ".join(study for study in known if study != name)
                    yield str(Problem(key, chain[-1], f"one of {others}"))


def _empty(config: dict) -> Iterator[str]:
    """Studies without a variant and axes without a value, all of them being null."""
    choices = {
        f"{block}.{name}.variants": study["variants"]
        for block in STUDIES
        for name, study in config[block].items()
    }
    for name, sweep in config["sweeps"].items():
        choices |= {f"sweeps.{name}.axes.{axis}": values for axis, values in sweep["axes"].items()}
    choices["risk_studies"] = config["risk_studies"]
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
    """Studies whose name is that of a rule, a target or a folder, or of another study."""
    plume, active, risk = (config[block] for block in (*STUDIES, "risk_studies"))
    for name in active.keys() & plume.keys():
        yield str(Problem(f"active_studies.{name}", name, "a name that no other study has"))
    for name in risk.keys() & (plume.keys() | active.keys()):
        yield str(Problem(f"risk_studies.{name}", name, "a name that no plume study has"))
    for block in STUDIES:
        for name, study in config[block].items():
            if STARTING_WEIGHTS in study["variants"]:
                key = f"{block}.{name}.variants.{STARTING_WEIGHTS}"
                yield str(Problem(key, STARTING_WEIGHTS, "another name: a folder has this one"))
    accepted = "a name that no rule, target or folder of the workflow has"
    for block in (*STUDIES, "risk_studies"):
        for name in config[block]:
            if name in reserved | FIXED_NAMES:
                yield str(Problem(f"{block}.{name}", name, accepted))


def _layers(config: dict) -> Iterator[tuple[str, dict]]:
    """(key, layer) of everything that can name a recipe."""
    for block in STUDIES:
        for name, study in config[block].items():
            yield f"{block}.{name}", study
            for variant, changes in study["variants"].items():
                yield f"{block}.{name}.variants.{variant}", changes
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
    for block in STUDIES:
        for name, study in config[block].items():
            if "recipe" not in study:
                yield f"{block}.{name}: missing recipe"


def _blocks(config: dict) -> Iterator[str]:
    """What contradicts itself in the blocks that are whole: all but the sequential studies."""
    configuration = Configuration.model_validate(config)
    yield from map(str, all_contradictions(configuration))
    for line in configuration.source_inversion.faulty_layouts():
        yield f"source_inversion.{line}"
    for name, study in config["risk_studies"].items():
        yield from faults(RiskStudy, study, f"risk_studies.{name}")


def _studies(config: dict, written: dict) -> Iterator[str]:
    """What is wrong with each sequential study; written: the configuration before `ready`."""
    for block in STUDIES:
        for name in config[block]:
            yield from sequential_study_problems(config, written[block][name], block, name)


def _dependents(config: dict) -> list[str]:
    """What is wrong with the blocks that vary studies, which are right by themselves."""
    return [
        *(line for name in config["sweeps"] for line in sweep_problems(config, name)),
        *network_problems(config),
        *method_problems(config),
        *benchmark_problems(config),
    ]
