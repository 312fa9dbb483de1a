"""What one run of a black box must give: a finite number for every output. No JAX here: every job
of runs starts with it.
"""

import math
from collections.abc import Mapping
from typing import Any

# last characters of what a run wrote that are kept
TAIL = 2000
# {"parameters": {name: number}, "design": {name: number}}
Given = Mapping[str, Mapping[str, float]]


class RunFailed(Exception):
    """A run without usable outputs: why, and the end of what it wrote while it ran."""

    def __init__(self, reason: str, log: str = ""):
        super().__init__(reason)
        self.reason, self.log = reason, log[-TAIL:].strip()


def checked(returned: Any, names: tuple[str, ...]) -> dict[str, float]:
    """{name: its number} of what a run gave: a mapping that may hold more, or one number or a list
    of all outputs in their order.

    Raises RunFailed that names the output which is missing, no number or not finite.
    """
    if isinstance(returned, int | float):
        returned = [returned]
    if isinstance(returned, list):
        if len(returned) != len(names):
            raise RunFailed(f"{len(returned)} numbers for {len(names)} outputs, {_listed(names)}")
        returned = dict(zip(names, returned, strict=True))
    if not isinstance(returned, Mapping):
        kind = type(returned).__name__
        raise RunFailed(f"gave {kind}, where the outputs {_listed(names)} by name are needed")
    lacking = [name for name in names if name not in returned]
    if lacking:
        there = _listed(tuple(map(str, returned))) or "nothing"
        raise RunFailed(f"gave no output {_listed(tuple(lacking))}: there is {there}")
    return {name: _number(name, returned[name]) for name in names}


def _number(name: str, value: Any) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RunFailed(f"output {name} is {value!r}, no number")
    if not math.isfinite(value):
        raise RunFailed(f"output {name} is {value}, not finite")
    return float(value)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)
