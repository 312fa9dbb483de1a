"""A configuration's layers laid on each other: the settings of one variant, case, solver or size.

No JAX here, since every Snakemake start runs it.
"""

import json
import re
from collections.abc import Iterable
from copy import deepcopy
from itertools import product

from boed.config import lookup
from boed.config.derived import before_defaults, with_derived
from boed.config.lookup import SEQUENTIAL, bases, is_described, system_of
from boed.config.model.base import Block, completed, kept
from boed.config.model.configuration import Configuration
from boed.config.model.described_study import DescribedSettings
from boed.config.model.risk import RiskStudy
from boed.config.model.study import Settings

# keys of a study that say what is laid on each other, and are no settings
OF_LAYERS = ("system", "method", "recipe", "variants")
STARTING = "starting_network"
# the recipe of a described system's study that names none
GENERAL = "general"
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


def _on_bases(named: dict) -> dict:
    """Every block laid on those that it is like, in turn; `like` is gone."""
    laid = {}
    for name, block in named.items():
        laid[name] = block
        for base in bases(named, name):
            laid[name] = merged(named[base], laid[name])
        laid[name] = {key: value for key, value in laid[name].items() if key != "like"}
    return laid


def without_nulls(config: dict) -> dict:
    """The configuration that runs: systems and studies laid on those that they are like, nothing
    that is null.

    Null is how an overlay leaves out a study, variant, case, solver, size, method or layout.
    """
    blocks = {block: _on_bases(kept(config[block])) for block in ("systems", "studies")}
    for name, study in blocks["studies"].items():
        if study.get("method") in SEQUENTIAL:
            blocks["studies"][name] = _with_variants(blocks, study)
    blocks["sweeps"] = {
        name: sweep | {"axes": {axis: kept(values) for axis, values in sweep["axes"].items()}}
        for name, sweep in kept(config["sweeps"]).items()
    }
    for block, key in (
        ("scaling", "solvers"),
        ("networks", "sizes"),
        ("method_comparison", "methods"),
        ("source_inversion", "layouts"),
    ):
        blocks[block] = config[block] | {key: kept(config[block][key])}
    for block in ("scaling", "method_comparison"):
        blocks[block] = blocks[block] | {"changes": config[block].get("changes") or {}}
    return config | blocks


def _with_variants(config: dict, study: dict) -> dict:
    """A study of several stages with its variants that are not null; of a described system with
    the recipe and the one variant that it has where it names none.
    """
    if is_described(system_of(config, study)):
        study = {"recipe": GENERAL} | study
        study = {"variants": {study["recipe"]: {}}} | study
    return study | {"variants": kept(study.get("variants"))}


def ready(config: dict) -> dict:
    """The configuration as all that runs is given it: `without_nulls`, with defaults filled in."""
    return completed(Configuration, without_nulls(config))


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


def settings_model(config: dict, study: dict) -> type[Block]:
    """What the settings of a study are made of, by its method and its system."""
    if study.get("method") == "risk":
        return RiskStudy
    return DescribedSettings if is_described(system_of(config, study)) else Settings


def resolved(config: dict, study: str, *changes: dict) -> dict:
    """A study's settings with changes on top: system, then recipe, then study, then each change in
    turn.

    The last `recipe` that the study or a change names is the one that counts. Keys that only say
    what is laid on each other are gone; a number for all stages stands for each, and a list for
    more stages than there are is cut.
    """
    block = config["studies"][study]
    layers = (block, *changes)
    names = [layer["recipe"] for layer in layers if layer.get("recipe") is not None]
    settings = system_of(config, block)
    for layer in (*(config["recipes"][name] for name in names[-1:]), *layers):
        settings = merged(settings, layer)
    left_out, kind = {*OF_LAYERS, *_not_learned(settings, layers)}, settings_model(config, block)
    settings = {key: value for key, value in settings.items() if key not in left_out}
    if kind is Settings:
        return completed(kind, _of_all_stages(settings))
    if kind is DescribedSettings and settings.get("measurements") is not None:
        settings = {"replicates": 1} | settings
    if kind is DescribedSettings:
        settings = {"correct": lookup.learned(settings) != "none"} | _of_all_stages(settings)
    if kind is RiskStudy:
        settings = before_defaults(settings)
    own = _with_own_truth(completed(kind, settings), block)
    return with_derived(own, block["method"])


def _not_learned(settings: dict, layers: tuple[dict, ...]) -> set[str]:
    """Keys of a recipe for studies that learn a network, or anything, where this one does not."""
    learned, own = lookup.learned(settings), {key for layer in layers for key in layer}
    keys = {STARTING} if learned != "network" else set()
    if learned == "none" and is_described(settings):
        keys.add("correct")
    return keys - own


def _with_own_truth(settings: dict, study: dict) -> dict:
    """The settings of a described system without true values of what is missing, where the belief
    does not hold it but that of another run of the study does.
    """
    runs = [study, *lookup.blocks(study.get("variants")).values()]
    others = any(run.get("joint") for run in runs) and not lookup.holds_missing(settings)
    if not others or "true_parameters" not in settings:
        return settings
    missing = settings.get("missing", {}).get("parameters", {})
    needless = missing.keys() - settings["parameters"].keys()
    true = {k: value for k, value in settings["true_parameters"].items() if k not in needless}
    return settings | {"true_parameters": true}


def _of_all_stages(settings: dict) -> dict:
    """The settings with as many values as there are stages where each stage has one."""
    stages = lookup.stages_of(settings)
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
    return resolved(config, study, config["studies"][study]["variants"][variant])


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
