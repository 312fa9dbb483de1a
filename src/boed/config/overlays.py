"""A configuration's layers laid on each other: the settings of one variant, case, solver or size.

No JAX here, since every Snakemake start runs it.
"""

import json
import re
from collections.abc import Iterable
from copy import deepcopy
from itertools import product

from boed.config.model.base import completed
from boed.config.model.configuration import Configuration
from boed.config.model.risk import RiskStudy
from boed.config.model.study import Settings

# blocks of sequential studies: those that teach by designs of their own, and those that learn from
# the designs' data
STUDIES = ("plume_studies", "active_studies")
STARTING = "starting_network"
# lists with a value for each stage from the one on that is named
PER_STAGE = (("experiment", "steps", 1), ("calibration", "rates", 2))
# targets and folders that every configuration has
FIXED_NAMES = frozenset(
    {"all", "benchmarks", "claims", "figures", "logs", "method_comparison", "networks", "plume"}
    | {"scaling", "source_inversion", "surrogate", "sweeps", "timings"}
)


def merged(base: dict, changes: dict) -> dict:
    """A copy of `base` with `changes` on top: mappings merge key by key, everything else is
    replaced.
    """
    result = deepcopy(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else deepcopy(value)
    return result


def in_order_of(base: dict, config: dict) -> dict:
    """The configuration with its keys in the order of `base`, those that it adds behind them.

    Snakemake lists the keys of an overlay first: to change one variant would put it before all
    others, in every file and figure, and run again what holds them.
    """
    names = [
        *(name for name in base if name in config),
        *(key for key in config if key not in base),
    ]
    return {
        name: in_order_of(base[name], config[name])
        if isinstance(config[name], dict) and isinstance(base.get(name), dict)
        else config[name]
        for name in names
    }


def _kept(block: dict | None) -> dict:
    """A block without its null values; empty for null."""
    return {name: value for name, value in (block or {}).items() if value is not None}


def bases(studies: dict, name: str) -> list[str]:
    """Names of the studies that lie under one, the nearest first: those that it is like, in turn.

    Ends at a name that is not there, or that was there before: then the last one named is wrong.
    """
    names: list[str] = []
    while name in studies and "like" in studies[name]:
        name = studies[name]["like"]
        names.append(name)
        if names.count(name) > 1:
            break
    return names


def _on_bases(studies: dict) -> dict:
    """Every study laid on those that it is like, in turn; `like` is gone."""
    laid = {}
    for name, study in studies.items():
        laid[name] = study
        for base in bases(studies, name):
            laid[name] = merged(studies[base], laid[name])
        laid[name] = {key: value for key, value in laid[name].items() if key != "like"}
    return laid


def without_nulls(config: dict) -> dict:
    """The configuration that runs: studies laid on those that they are like, nothing that is null.

    Null is how an overlay leaves out a study, variant, case, solver, size, method or layout.
    """
    given = {name: study for block in STUDIES for name, study in _kept(config[block]).items()}
    laid = _on_bases(given)
    blocks = {
        block: {
            name: laid[name] | {"variants": _kept(laid[name].get("variants"))}
            for name in _kept(config[block])
        }
        for block in STUDIES
    }
    blocks["risk_studies"] = _on_bases(_kept(config["risk_studies"]))
    blocks["sweeps"] = {
        name: sweep | {"axes": {axis: _kept(values) for axis, values in sweep["axes"].items()}}
        for name, sweep in _kept(config["sweeps"]).items()
    }
    for block, key in (
        ("scaling", "solvers"),
        ("networks", "sizes"),
        ("method_comparison", "methods"),
        ("source_inversion", "layouts"),
    ):
        blocks[block] = config[block] | {key: _kept(config[block][key])}
    for block in ("scaling", "method_comparison"):
        blocks[block] = blocks[block] | {"changes": config[block].get("changes") or {}}
    return config | blocks


def ready(config: dict) -> dict:
    """The configuration as all that runs is given it: `without_nulls`, with defaults filled in."""
    whole = completed(Configuration, without_nulls(config))
    risk = {name: completed(RiskStudy, study) for name, study in whole["risk_studies"].items()}
    return whole | {"risk_studies": risk}


def reserved_names(rules: Iterable[str]) -> frozenset[str]:
    """Names that a study cannot have: of rules, of targets, of folders below the results.

    rules: texts of the workflow's rule files, where rules and fixed targets are named.
    """
    texts = list(rules)
    pattern = r"^\s*(?:use )?(?:rule|checkpoint) (\w+)(?: from \w+)?(?: as (\w+))?"
    named = {
        name
        for text in texts
        for names in re.findall(pattern, text, re.MULTILINE)
        for name in names
    }
    folders = {name for text in texts for name in re.findall(r"<results>/(\w+)[/.]", text)}
    return FIXED_NAMES | named | folders


def studies(config: dict) -> dict:
    """All sequential studies of the plume's source, by name."""
    return {name: study for block in STUDIES for name, study in config.get(block, {}).items()}


def resolved(config: dict, study: str, *changes: dict) -> dict:
    """A study's settings under its recipe, with changes on top: recipe, then study, then each
    change in turn.

    The last `recipe` that the study or a change names is the one that counts. Keys `variants` and
    `recipe` are gone; a number for all stages stands for each, and a list for more stages than
    `times` has is cut.
    """
    block = studies(config)[study]
    names = [layer["recipe"] for layer in (block, *changes) if layer.get("recipe") is not None]
    settings = config["recipes"][names[-1]] if names else {}
    for layer in (block, *changes):
        settings = merged(settings, layer)
    left_out, layers = {"variants", "recipe"}, (block, *changes)
    learned = settings.get("model", {}).get("discrepancy")
    if learned != "network" and not any(STARTING in layer for layer in layers):
        # a recipe's network is for the studies that have one
        left_out.add(STARTING)
    settings = {key: value for key, value in settings.items() if key not in left_out}
    return completed(Settings, _of_all_stages(settings))


def _of_all_stages(settings: dict) -> dict:
    """The settings with as many values as there are stages where each stage has one."""
    stages = len(settings.get("times", ()))
    for block, key, first in PER_STAGE:
        values = settings.get(block, {}).get(key)
        count = max(0, stages + 1 - first)
        if isinstance(values, list):
            settings = settings | {block: settings[block] | {key: values[:count]}}
        elif values is not None:
            settings = settings | {block: settings[block] | {key: [values] * count}}
    return settings


def resolve(config: dict, study: str, variant: str) -> dict:
    """The settings of one variant of a study."""
    return resolved(config, study, studies(config)[study]["variants"][variant])


def cases(sweep: dict) -> dict[str, tuple[str, ...]]:
    """{case: its value on every axis} of a sweep: each combination once, in the order
    of the axes.
    """
    return {"-".join(values): values for values in product(*sweep["axes"].values())}


def resolve_case(config: dict, name: str, case: str) -> dict:
    """The settings of one case of a sweep."""
    sweep = config["sweeps"][name]
    changes = [
        axis[value] for axis, value in zip(sweep["axes"].values(), cases(sweep)[case], strict=True)
    ]
    return resolved(config, sweep["study"], *changes) | {"replicates": sweep["replicates"]}


def runs(config: dict) -> dict[tuple[str, str], tuple[str, str]]:
    """{(sweep, case): the first (sweep, case) with the same study and settings}, which runs it for
    both.
    """
    first, places = {}, {}
    for sweep, block in config["sweeps"].items():
        for case in cases(block):
            settings = json.dumps(
                [block["study"], resolve_case(config, sweep, case)], sort_keys=True
            )
            places[sweep, case] = first.setdefault(settings, (sweep, case))
    return places


def resolve_scaling(config: dict, solver: str) -> dict:
    """The settings of the scaling study for one solver."""
    block = config["scaling"]
    return resolved(config, block["study"], block.get("changes") or {}, block["solvers"][solver])


def resolve_method(config: dict, method: str) -> dict:
    """The settings of one of the methods that are compared."""
    block = config["method_comparison"]
    return resolved(config, block["study"], block.get("changes") or {}, block["methods"][method])


def resolve_network_size(config: dict, size: str) -> dict:
    """The settings of a study with a network of one size."""
    return resolved(config, config["networks"]["study"], config["networks"]["sizes"][size])
