"""What code a script depends on: digests of the modules that it imports, directly or not.

Snakemake reruns a job when its parameters change, but does not see edits in imported modules. The
Snakefile therefore puts these digests into `params`. Standard library only, since every Snakemake
start runs it.
"""

import ast
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all statements below it; a walk of the expressions too takes five times as long,
    and every start of Snakemake waits for it.
    """
    yield node
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for child in getattr(node, block, ()):
            yield from _statements(child)


def _without_docstrings(tree: ast.Module) -> ast.Module:
    """The tree itself, in which a changed docstring now makes no difference."""
    for node in _statements(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body = node.body[1:] or [ast.Pass()]
    return tree


@cache
def digest(path: Path) -> str:
    """Twelve hex digits of a file's code: comments, docstrings and layout do not count, nor the
    Python version.
    """
    # what is imported is asked of the same tree: docstrings are no imports
    return sha256(ast.unparse(_without_docstrings(_parse(path))).encode()).hexdigest()[:12]


def _imported_names(path: Path) -> set[str]:
    """Dotted names of all that a file imports, modules and what is taken from them alike."""
    names = set()
    for node in _statements(_parse(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


@cache
def imported_modules(path: Path, package: Path) -> frozenset[Path]:
    """Files of `package` (a folder) that the file at `path` imports itself."""
    names = _imported_names(path)
    inside = [name.split(".")[1:] for name in names if name.split(".")[0] == package.name]
    modules = {package.joinpath(*parts).with_suffix(".py") for parts in inside if parts}
    # importing a module runs the `__init__.py` of every folder above it; those that are empty say
    # nothing
    above = {
        package.joinpath(*parts[:n], "__init__.py")
        for parts in inside
        for n in range(len(parts) + 1)
    }
    return frozenset(
        file
        for file in modules | above
        if file.is_file() and (file in modules or file.stat().st_size > 0)
    )


def closure_digests(script: Path, package: Path) -> dict[str, str]:
    """{path: digest} of a script and of every module of `package` in its import closure, in the
    order of the paths.

    Paths begin with the folder that holds the script, and with the package: modules of one name
    stay apart.
    """
    seen, waiting = set(), [script]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting.extend(imported_modules(path, package))
    named = {
        path.relative_to(script.parents[1] if path == script else package.parent).as_posix(): path
        for path in seen
    }
    return {name: digest(named[name]) for name in sorted(named)}


def model_digests(model: Path) -> dict[str, str]:
    """{path: digest} of a user's model file and of the modules beside it that it imports, directly
    or not, in the order of the paths; as they are seen from where Snakemake runs.
    """
    seen, waiting = set(), [model]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting.extend(_beside(path, model.parent))
    return {path.as_posix(): digest(path) for path in sorted(seen)}


def _beside(path: Path, folder: Path) -> set[Path]:
    """Files of a folder that a file imports as modules at the top, or of packages in there."""
    parts = [name.split(".") for name in _imported_names(path)]
    modules = {folder.joinpath(*names).with_suffix(".py") for names in parts}
    packages = {
        folder.joinpath(*names[: n + 1], "__init__.py")
        for names in parts
        for n in range(len(names))
    }
    return {file for file in modules | packages if file.is_file()}


@cache
def content_digest(path: Path) -> str:
    """Twelve hex digits of a file's bytes."""
    return sha256(path.read_bytes()).hexdigest()[:12]
