"""Systems and studies of a configuration by name: what they are like, of which kind and method.

No JAX here, since every Snakemake start runs it.
"""

from typing import Any

from boed.config.model.base import kept
from boed.config.model.described_study import MOST_ON_A_GRID
from boed.systems.quantities import believed

# methods of several stages, and all
SEQUENTIAL = ("hybrid", "active")
METHODS = (*SEQUENTIAL, "risk")
# keys of which a described system has one, and a plume none
DESCRIBED = ("function", "file", "command", "parameters")
# and of a black box one of these
BLACK_BOXES = ("command", "black_box")
MODEL_FILE = ".py"


def blocks(node: Any) -> dict[str, dict]:
    """{name: block} of those values that are blocks; empty where the node itself is none."""
    if not isinstance(node, dict):
        return {}
    return {name: value for name, value in node.items() if isinstance(value, dict)}


def bases(named: dict, name: str) -> list[str]:
    """Names of the blocks that lie under one, the nearest first: those that it is like, in turn.

    Ends at a name that is not there, or that was there before: then the last one named is wrong.
    """
    names: list[str] = []
    while name in named and "like" in named[name]:
        name = named[name]["like"]
        names.append(name)
        if not isinstance(name, str) or names.count(name) > 1:
            break
    return names


def inherited(named: dict, name: str, key: str) -> Any:
    """A key of a block, or of the nearest one that it is like; None where none has it."""
    chain = [name, *(base for base in bases(named, name) if isinstance(base, str))]
    return next((named[one][key] for one in chain if key in named.get(one, {})), None)


def of_method(config: dict, *methods: str) -> dict[str, dict]:
    """{name: study} of some methods, in the order of the configuration."""
    return {
        name: study for name, study in config["studies"].items() if study.get("method") in methods
    }


def sequential(config: dict) -> dict[str, dict]:
    """All studies of several stages, by name: hybrid ones first."""
    return {name: study for way in SEQUENTIAL for name, study in of_method(config, way).items()}


def system_of(config: dict, study: dict) -> dict:
    """The settings of the system that a study names, or its path as their `file`."""
    name = study.get("system")
    if name is None:
        return {}
    return {"file": name} if name.endswith(MODEL_FILE) else config["systems"][name]


def is_described(settings: dict) -> bool:
    """Whether a system, or the settings of a study, are of named parameters and designs."""
    return any(name in settings for name in DESCRIBED)


def is_black_box(settings: dict) -> bool:
    """Whether a described system is one that JAX cannot see into."""
    return any(settings.get(name) is not None for name in BLACK_BOXES)


def has_particles(settings: dict) -> bool:
    """Whether a belief about a described system holds more than a grid can, or samples."""
    return len(believed(settings)) > MOST_ON_A_GRID or "prior_samples" in settings


def holds_missing(settings: dict) -> bool:
    """Whether a belief about a described system holds what its model misses: nothing is learned
    besides.
    """
    return is_described(settings) and bool(settings.get("joint"))


def learned(settings: dict) -> str:
    """What a study may learn besides places or parameters: of a plume network, strength or none, of
    a described system network, parameters or none.
    """
    if holds_missing(settings):
        return "none"
    if is_described(settings):
        return next(iter(kept(settings.get("missing"))), "none")
    return settings.get("model", {}).get("discrepancy", "none")


def numbers_of(settings: dict) -> int:
    """How many numbers a design gives: outputs of all experiments at once; of a plume one."""
    return len(settings.get("outputs", "y")) * settings.get("experiments", 1)


def stages_of(settings: dict) -> int:
    """How many stages a study has, as its settings say; 0 where they do not."""
    return settings.get("stages", len(settings.get("times", ())))


def names_a_plume(config: dict, name: str) -> bool | None:
    """Whether a study, as it is written, is of a plume; None where its system is not there."""
    system, systems = (
        inherited(blocks(config["studies"]), name, "system"),
        blocks(config["systems"]),
    )
    if not isinstance(system, str):
        return None
    if system.endswith(MODEL_FILE):
        return False
    chain = [base for base in (system, *bases(systems, system)) if isinstance(base, str)]
    if not all(base in systems for base in chain):
        return None
    return not any(is_described(systems[base]) for base in chain)


def of_plumes(config: dict, *methods: str) -> dict[str, dict]:
    """{name: study} of some methods whose system is a plume."""
    return {
        name: study
        for name, study in of_method(config, *methods).items()
        if not is_described(system_of(config, study))
    }
