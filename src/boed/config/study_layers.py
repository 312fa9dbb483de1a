"""What each system and study refuses by itself, as it stands in the configuration: which keys it
may have depends on its method, which a study that it is like may name.

No JAX here, since every Snakemake start runs it.
"""

from typing import Any

from boed.config.lookup import (
    METHODS,
    MODEL_FILE,
    SEQUENTIAL,
    bases,
    blocks,
    inherited,
    is_described,
    names_a_plume,
)
from boed.config.model.base import Block, Problem, kept
from boed.config.model.layers import (
    DescribedStudy,
    DescribedSystem,
    PlumeSystem,
    RiskStudyLayer,
    Study,
)
from boed.config.refusals import refusals

# blocks of earlier versions, and what stands in their place
REPLACED = {
    "plume_studies": "studies with method: hybrid, each of one of the systems",
    "active_studies": "studies with method: active, each of one of the systems",
    "risk_studies": "studies with method: risk",
}
KINDS = {"systems": "a system", "studies": "a study"}
# and keys of earlier risk studies
RENAMED = {
    "model": "function, of its system",
    "prior": "parameters: {theta: {…}}, of its system or its own",
    "design": "designs: {d: {lower, upper}}, of its system or its own, and nodes",
}


def replaced(config: dict) -> list[str]:
    """A line for every block that has gone, with what has come in its place."""
    return [
        f"{name}: replaced by {others}; see config/README.md"
        for name, others in REPLACED.items()
        if name in config
    ]


def layer_problems(config: dict) -> list[str]:
    """Every key that a system or a study refuses by itself, and studies and systems that are like
    none; config: as it is written.
    """
    problems = []
    for block in ("systems", "studies"):
        written = config.get(block)
        for name, value in kept(written if isinstance(written, dict) else None).items():
            line = _unlike(blocks(written), name, block)
            if line:
                problems.append(line)
            elif block == "systems":
                problems += refusals(_kind(blocks(written), name), value, f"systems.{name}")
            else:
                problems += _of_study(config, name, value)
    return problems


def _unlike(named: dict, name: str, block: str) -> str | None:
    """A line for a block that is like one that is not there, or like itself in the end."""
    chain = bases(named, name)
    if not chain or not all(isinstance(base, str) for base in chain):
        return None
    key, got = f"{block}.{name}.like", named[name]["like"]
    if name in chain or chain.count(chain[-1]) > 1:
        accepted = f"{KINDS[block]} that is not like this one in turn: {' → '.join(chain)}"
        return str(Problem(key, got, accepted))
    if chain[-1] in named:
        return None
    others = ", ".join(other for other in named if other != name)
    return str(Problem(key, chain[-1], f"one of {others}"))


def _of_study(config: dict, name: str, value: Any) -> list[str]:
    """What a study refuses by itself."""
    key, named = f"studies.{name}", blocks(config["studies"])
    if name not in named:
        return refusals(Study, value, key)
    if not isinstance(config.get("systems"), dict):
        return []
    method = inherited(named, name, "method")
    if method is None:
        return [f"{key}: missing method"]
    if method not in METHODS:
        # of a study that this one is like, it is said there
        own = "method" in value
        return [str(Problem(f"{key}.method", method, _one_of(METHODS)))] if own else []
    lines, plume = _of_system(config, name, value), names_a_plume(config, name)
    if plume is None:
        return lines
    if plume and method not in SEQUENTIAL:
        accepted = "hybrid or active: the system is a plume"
        return [*lines, str(Problem(f"{key}.method", method, accepted))]
    layer = Study if plume else DescribedStudy if method in SEQUENTIAL else RiskStudyLayer
    if layer is RiskStudyLayer:
        renamed = {name: new for name, new in RENAMED.items() if name in value}
        lines += [f"{key}.{name}: replaced by {new}" for name, new in renamed.items()]
        value = {name: part for name, part in value.items() if name not in renamed}
    return [*lines, *refusals(layer, value, key)]


def _kind(systems: dict, name: str) -> type[Block]:
    """The keys that a system may have."""
    chain = [name, *(base for base in bases(systems, name) if base in systems)]
    described = any(is_described(systems.get(one, {})) for one in chain)
    return DescribedSystem if described else PlumeSystem


def _of_system(config: dict, name: str, value: dict) -> list[str]:
    """A system that is not there, or that a study does not name."""
    key, known = f"studies.{name}", config["systems"]
    system = inherited(blocks(config["studies"]), name, "system")
    if system is None:
        return [f"{key}: missing system"]
    if not isinstance(system, str):
        return [str(Problem(f"{key}.system", system, "a value of type string"))]
    if system in kept(known) or system.endswith(MODEL_FILE) or "system" not in value:
        return []
    accepted = f"{_one_of(kept(known))}, or a Python file, which ends in {MODEL_FILE}"
    return [str(Problem(f"{key}.system", system, accepted))]


def _one_of(names) -> str:
    return f"one of {', '.join(names)}"
