"""The black box of a study's settings, as a function of one run. No JAX here."""

from typing import Protocol, runtime_checkable

from boed.systems.black_box.command import of_words
from boed.systems.black_box.outputs import Given
from boed.systems.black_box.served import Served


@runtime_checkable
class Solver(Protocol):
    """One run of a black box; several threads may call it at once."""

    def __call__(self, given: Given) -> dict[str, float]:
        """The outputs by name; RunFailed for a run without them."""

    def close(self) -> None:
        """End all runs that are under way, and what stays open between runs."""


def solver_of(settings: dict) -> Solver:
    """The settings' `command`, or the function `black_box` of their `file`."""
    outputs, limit = tuple(settings.get("outputs") or ["y"]), settings["time_limit"]
    if "command" in settings:
        return of_words(settings["command"], outputs, limit)
    return Served(settings["file"], settings["black_box"], outputs, limit)
