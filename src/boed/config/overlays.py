"""A configuration's layers laid on each other: the settings of one variant, case, solver or size.

No JAX here, since every Snakemake start runs it.
"""

import json
import re
from collections.abc import Iterable
from copy import deepcopy
from itertools import product

# blocks of sequential studies: those that teach by designs of their own, and those that learn from
# the designs' data
STUDIES = ("plume_studies", "active_studies")
STARTING = "starting_network"


def merged(base: dict, changes: dict) -> dict:
    """A copy of `base` with `changes` on top: mappings merge key by key, everything else is
    replaced.
    """
    result = deepcopy(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else deepcopy(value)
    return result


def without_nulls(config: dict) -> dict:
    """The configuration without studies, variants and cases that are set to null: how an override
    leaves one out.
    """

    def kept(block):
        return {name: value for name, value in block.items() if value is not None}

    studies = {
        block: {
            name: study | {"variants": kept(study["variants"])}
            for name, study in kept(config[block]).items()
        }
        for block in STUDIES
    }
    sweeps = {
        name: sweep | {"axes": {axis: kept(values) for axis, values in sweep["axes"].items()}}
        for name, sweep in kept(config["sweeps"]).items()
    }
    scaling = config["scaling"] | {"solvers": kept(config["scaling"]["solvers"])}
    networks = config["networks"] | {"sizes": kept(config["networks"]["sizes"])}
    risk_studies = kept(config["risk_studies"])
    inversion = config["source_inversion"] | {
        "layouts": kept(config["source_inversion"]["layouts"])
    }
    blocks = {**studies, "sweeps": sweeps, "risk_studies": risk_studies, "scaling": scaling}
    blocks["source_inversion"] = inversion
    comparison = config["method_comparison"]
    blocks["method_comparison"] = comparison | {"methods": kept(comparison["methods"])}
    return config | blocks | {"networks": networks}


def reserved_names(rules: Iterable[str]) -> frozenset[str]:
    """Names that a study cannot have: of rules, of targets, of folders below the results.

    rules: texts of the workflow's rule files, where rules and fixed targets are named.
    """
    named = {name for text in rules for name in re.findall(r"^rule (\w+):", text, re.MULTILINE)}
    folders = {name for text in rules for name in re.findall(r"<results>/(\w+)[/.]", text)}
    return frozenset(named | folders | {"all"})


def studies(config: dict) -> dict:
    """All sequential studies of the plume's source, by name."""
    return {name: study for block in STUDIES for name, study in config.get(block, {}).items()}


def resolved(config: dict, study: str, *changes: dict) -> dict:
    """A study's settings under its recipe, with changes on top: recipe, then study, then each
    change in turn.

    The last `recipe` that the study or a change names is the one that counts. Keys `variants` and
    `recipe` are gone.
    """
    block = studies(config)[study]
    names = [layer["recipe"] for layer in (block, *changes) if "recipe" in layer]
    settings = config["recipes"][names[-1]]
    for layer in (block, *changes):
        settings = merged(settings, layer)
    left_out, layers = {"variants", "recipe"}, (block, *changes)
    learned = settings.get("model", {}).get("discrepancy")
    if learned != "network" and not any(STARTING in layer for layer in layers):
        # a recipe's network is for the studies that have one
        left_out.add(STARTING)
    return {key: value for key, value in settings.items() if key not in left_out}


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
    first, each = {}, {}
    for sweep, block in config["sweeps"].items():
        for case in cases(block):
            settings = json.dumps(
                [block["study"], resolve_case(config, sweep, case)], sort_keys=True
            )
            each[sweep, case] = first.setdefault(settings, (sweep, case))
    return each


def resolve_scaling(config: dict, solver: str) -> dict:
    """The settings of the scaling study for one solver."""
    block = config["scaling"]
    return resolved(config, block["study"], block["changes"], block["solvers"][solver])


def resolve_method(config: dict, method: str) -> dict:
    """The settings of one of the methods that are compared."""
    block = config["method_comparison"]
    return resolved(config, block["study"], block["changes"], block["methods"][method])


def resolve_network_size(config: dict, size: str) -> dict:
    """The settings of a study with a network of one size."""
    return resolved(config, config["networks"]["study"], config["networks"]["sizes"][size])
