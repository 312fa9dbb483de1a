"""The folder of the results: where it may be.

No JAX here, since every Snakemake start runs it.
"""

import os
from pathlib import Path

# folders of the checkout that hold what people wrote, or what Snakemake and git remember
TAKEN = (
    ".git",
    ".github",
    ".snakemake",
    ".venv",
    "config",
    "docs",
    "envs",
    "examples",
    "profiles",
    "src",
    "tests",
    "workflow",
)
SYSTEM = ("bin", "boot", "dev", "etc", "lib", "lib64", "proc", "sbin", "sys", "usr")


def folder_problem(results: str, root: Path, working: Path) -> str | None:
    """Why results cannot go to a folder; None if they can.

    root: the checkout. working: the folder that Snakemake runs in, which relative paths start from.
    """
    if not results or os.path.normpath(results) != results:
        plain = os.path.normpath(results) if results else "results"
        return f"pathvars.results: got {results!r}, accepts a plain path such as {plain!r}"
    folder = Path(os.path.realpath(working / results))
    if not Path(results).is_absolute() and not folder.is_relative_to(os.path.realpath(working)):
        wanted = "a folder below the one that Snakemake runs in, or an absolute path"
    elif len(folder.parts) < 3 or folder.parts[1] in SYSTEM:
        wanted = "a folder that does not belong to the system"
    elif _holds(folder, root) or _holds(folder, working):
        wanted = "a folder of their own, that holds neither the workflow nor where it runs"
    elif any(
        folder.is_relative_to(os.path.realpath(base / name))
        for base in (root, working)
        for name in TAKEN
    ):
        wanted = f"a folder apart from {', '.join(TAKEN)}"
    else:
        return None
    return f"pathvars.results: got {results!r}, accepts {wanted}"


def _holds(folder: Path, other: Path) -> bool:
    return Path(os.path.realpath(other)).is_relative_to(folder)
