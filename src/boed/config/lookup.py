"""Systems and studies of a configuration by name: what they are like, of which kind and method.

No JAX here, since every Snakemake start runs it.
"""

from typing import Any

# methods of several stages, and all
SEQUENTIAL = ("hybrid", "active")
METHODS = (*SEQUENTIAL, "risk")


def kept(block: dict | None) -> dict:
    """A block without its null values; empty for null."""
    return {name: value for name, value in (block or {}).items() if value is not None}


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
    """The settings of the system that a study names; empty where it names none."""
    return config["systems"][study["system"]] if "system" in study else {}
