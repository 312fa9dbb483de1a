"""A user's files, before any job: are they there, and do they define what a study asks of them?

Read as text, not run. No JAX here, since every Snakemake start runs it.
"""

import ast
import csv
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

from boed.config.lookup import MODEL_FILE, SEQUENTIAL, holds_missing
from boed.config.model.base import Problem

# function → what it is given and returns
PREDICT = ("predict", "predict(parameters, design), which returns the outputs")
PREDICT_WITH = (
    "predict_with",
    "predict_with(parameters, design, missing), which returns the outputs with what is learned",
)
OBSERVE = ("observe", "observe(design), which returns the outputs of the true system")


def file_problems(config: dict, name: str, settings: dict) -> list[str]:
    """What is wrong with the files of the described system of a study.

    settings: of the study or one of its variants, with no other fault.
    """
    study, problems = config["studies"][name], []
    system = study["system"]
    if "file" in settings:
        there = system.endswith(MODEL_FILE)
        key = f"studies.{name}.system" if there else f"systems.{system}.file"
        problems += [problem.below(key) for problem in _of_model(settings, study["method"])]
    if "command" in settings:
        found = _of_command(settings["command"])
        problems += [problem.below(f"systems.{system}") for problem in found]
    if "prior_samples" in settings:
        found = _of_samples(settings["prior_samples"], list(settings["parameters"]))
        problems += [problem.below(f"studies.{name}") for problem in found]
    return [str(problem) for problem in problems]


def _of_model(settings: dict, method: str) -> Iterator[Problem]:
    """A model file that cannot be read, or lacks a function."""
    path = settings["file"]
    if not path.endswith(MODEL_FILE) or not Path(path).is_file():
        accepted = (
            f"the path of a Python file ({MODEL_FILE}) from the folder that Snakemake runs in"
        )
        yield Problem("", path, accepted)
        return
    try:
        tree = ast.parse(Path(path).read_bytes(), filename=path)
    except (SyntaxError, ValueError) as error:
        line = f"line {error.lineno}: " if isinstance(error, SyntaxError) else ""
        words = error.msg if isinstance(error, SyntaxError) else error
        yield Problem("", path, f"a Python file: {line}{words}")
        return
    names = defined(tree)
    for name, words in _needed(settings, method):
        if names is not None and name not in names:
            yield Problem("", path, f"a file with a function {words}")


def _needed(settings: dict, method: str) -> Iterator[tuple[str, str]]:
    """(name, words) of the functions that a study calls."""
    if "black_box" in settings:
        name = settings["black_box"]
        yield name, f"{name}(parameters, design), which returns the outputs: black_box"
    else:
        yield PREDICT
    if "function" in settings["noise"]:
        name = settings["noise"]["function"]
        words = f"{name}(prediction), which returns the deviation of each output: noise.function"
        yield name, words
    if method in SEQUENTIAL:
        if "measurements" not in settings:
            yield OBSERVE
        if settings["correct"] or holds_missing(settings):
            yield PREDICT_WITH


def defined(tree: ast.Module) -> set[str] | None:
    """Names that a module defines or imports; None where an asterisk may import any."""
    names: set[str] = set()
    for node in _outside_functions(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            if node.name == "*":
                return None
            names.add(node.asname or node.name)
    return names


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a module but those inside its functions and classes."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from _outside_functions(child)


def _of_command(command: str) -> Iterator[Problem]:
    """A command whose program is not there."""
    program = shlex.split(command)[0]
    if shutil.which(program) is None:
        accepted = (
            f"a program that can be run, which {program!r} is not: one on PATH, or a path from the "
            "folder that Snakemake runs in"
        )
        yield Problem("command", command, accepted)


def _of_samples(path: str, names: list[str]) -> Iterator[Problem]:
    """A table that cannot be read, or whose head does not name the parameters."""
    if not Path(path).is_file():
        accepted = "the path of a CSV file from the folder that Snakemake runs in"
        yield Problem("prior_samples", path, accepted)
        return
    with Path(path).open(newline="", encoding="utf-8", errors="replace") as stream:
        head = next(csv.reader(stream), [])
    lacking = [name for name in names if name not in head]
    if lacking:
        accepted = f"a file whose head names {', '.join(lacking)}; it names {', '.join(head)}"
        yield Problem("prior_samples", path, accepted)
