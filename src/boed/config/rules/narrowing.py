"""A job's part of the settings and no more, so that a changed number reruns only what it touches.

No JAX here, since every Snakemake start runs it.
"""

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from boed.config.lookup import is_described
from boed.jobs import provenance

Settings = dict[str, Any]

SOLVERS = ("propagator", "rollout")
# blocks whose order of names means something
NAMED = ("parameters", "designs", "outputs")
NETWORK_SHAPE = ("hidden", "depth", "precision")
# blocks of a study that other rules than its stages read
SIDE_STUDIES = ("gain_profile", "gain_comparison", "joint")


def in_order(node: Any) -> Any:
    """The same settings with sorted keys: the order in which a file lists them reruns nothing.

    Parameters, designs and outputs of a described system stay in theirs: it is that of vectors.
    """
    if not isinstance(node, dict):
        return node
    listed = NAMED if is_described(node) else ()
    return {
        key: _each_in_order(node[key]) if key in listed else in_order(node[key])
        for key in sorted(node)
    }


def _each_in_order(node: Any) -> Any:
    """The same blocks in the same order, each with sorted keys."""
    if not isinstance(node, dict):
        return node
    return {name: in_order(block) for name, block in node.items()}


def chosen(settings: Settings, names: Iterable[str]) -> Settings:
    """The named blocks of the settings, of those that are there."""
    return {name: settings[name] for name in names if name in settings}


def without_side_studies(settings: Settings) -> Settings:
    """The settings without the blocks that only other rules read."""
    return {key: value for key, value in settings.items() if key not in SIDE_STUDIES}


def with_network_shape(settings: Settings) -> Settings:
    """The settings with no more of a block `network` than the network's shape."""
    if "network" not in settings:
        return settings
    return settings | {"network": {key: settings["network"][key] for key in NETWORK_SHAPE}}


def with_one_solver(settings: Settings) -> Settings:
    """The settings with no more of the block `plume` than the solver in use needs."""
    plume = settings["plume"]
    used = {k: value for k, value in plume.items() if k not in SOLVERS or k == plume["solver"]}
    return settings | {"plume": used}


def with_files(settings: Settings) -> Settings:
    """The settings with digests of the user's files that they name, as `files`: an edit of the code
    of a model, of a table of samples, or of what a command names, runs again what reads it.
    """
    digests = {}
    if "command" in settings:
        named = [Path(word) for word in shlex.split(settings["command"])]
        digests |= {p.as_posix(): provenance.content_digest(p) for p in named if p.is_file()}
    if "file" in settings:
        digests |= provenance.model_digests(Path(settings["file"]))
    if "prior_samples" in settings:
        table = Path(settings["prior_samples"])
        digests[table.as_posix()] = provenance.content_digest(table)
    return settings | {"files": digests} if digests else settings


def with_times(settings: Settings) -> Settings:
    """The settings of a described system with the number of each stage as its time."""
    if "stages" not in settings:
        return settings
    return settings | {"times": [float(n) for n in range(1, settings["stages"] + 1)]}


def of_stage(settings: Settings, stage: int) -> Settings:
    """The settings with the values of one stage, counted from 1, in place of those of all stages.

    `time` is a plume's at that stage; `experiment.steps` is its number; `calibration.rate` its
    rate, null in the first stage, which calibrates nothing.
    """
    experiment, calibration = settings["experiment"], settings["calibration"]
    others = {key: value for key, value in calibration.items() if key != "rates"}
    time = {"time": settings["times"][stage - 1]} if "times" in settings else {}
    return (
        settings
        | time
        | {
            "experiment": experiment | {"steps": experiment["steps"][stage - 1]},
            "calibration": others
            | {"rate": calibration["rates"][stage - 2] if stage > 1 else None},
        }
    )


def pattern_of(names: Iterable[str]) -> str:
    """A regular expression that matches these names and no others; nothing where there is none."""
    return "|".join(names) or "(?!)"
