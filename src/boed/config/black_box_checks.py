"""What a black box cannot do, said before any job: a system that JAX cannot see into has no
gradients, and is run at the designs that are looked at, no others.

No JAX here, since every Snakemake start runs it.
"""

import shlex
from collections.abc import Iterator

from boed.config.lookup import BLACK_BOXES, is_black_box
from boed.config.model.base import Problem

PLACES = ("{input}", "{output}")
OF_BLACK_BOXES = ("time_limit", "chunk")
# blocks and keys of a risk study that need a model which JAX can see into
IMPOSSIBLE = {
    "optimisation": "null of a black box: searches follow gradients and try designs of their own",
    "convergence": "null of a black box: it takes many more samples than are run",
    "sample_sizes": "null of a black box: it takes many more samples than are run",
    "outcomes": "null of a black box: it takes quadrature over the parameter",
    "quadrature_nodes": "null of a black box: only its stored runs are known",
    "map": "null of a black box: it is run for one experiment",
    "missing": "null of a black box: nothing can be learned inside of it",
}
SEQUENTIAL = (
    "null in hybrid and active studies, which follow gradients that a black box does not have; "
    "method: risk needs none"
)


def black_box_problems(key: str, settings: dict) -> list[str]:
    """What a risk study asks of a black box that it cannot do, or of another system alone.

    settings: those that the model of a risk study does not refuse by themselves.
    """
    found = _of_black_box(settings) if is_black_box(settings) else _of_others(settings)
    return [str(problem.below(key)) for problem in found]


def sequential_problems(key: str, settings: dict) -> list[str]:
    """Lines for a black box in a study of several stages, and for what only one has."""
    given = {name: settings[name] for name in BLACK_BOXES if settings.get(name) is not None}
    found = [Problem(name, value, SEQUENTIAL) for name, value in given.items()]
    return [str(problem.below(key)) for problem in found or _of_others(settings)]


def _of_black_box(settings: dict) -> Iterator[Problem]:
    """What is wrong with its description, and what it cannot do."""
    if settings.get("command") is not None:
        yield from _of_command(settings["command"])
        if settings.get("black_box") is not None:
            yield Problem("black_box", settings["black_box"], "null beside command")
    elif settings.get("file") is None:
        accepted = "null without a key file, whose function it is"
        yield Problem("black_box", settings["black_box"], accepted)
    for name, accepted in IMPOSSIBLE.items():
        if settings.get(name) is not None:
            value = settings[name]
            yield Problem(name, "a block" if isinstance(value, dict) else value, accepted)
    for name, only, why in (
        ("experiments", 1, "it is run for one experiment"),
        ("runs", 1, "all estimates rest on the same runs of it"),
    ):
        if settings[name] != only:
            yield Problem(name, settings[name], f"{only} of a black box: {why}")
    if settings["way"] == "fast":
        yield Problem("way", "fast", "pairwise or automatic of a black box: its samples are few")


def _of_command(command: str) -> Iterator[Problem]:
    """A command that names no files, or that no shell would read."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        yield Problem("command", command, f"words as a shell has them: {error}")
        return
    lacking = [place for place in PLACES if not any(place in word for word in words)]
    if lacking:
        yield Problem("command", command, f"a command with {' and '.join(lacking)} among its words")


def _of_others(settings: dict) -> Iterator[Problem]:
    """Keys that nothing reads without a black box."""
    for name in OF_BLACK_BOXES:
        if settings.get(name) is not None:
            yield Problem(name, settings[name], "nothing without command or black_box")
