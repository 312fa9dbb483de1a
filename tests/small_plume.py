"""A plume with few cells, for tests that only need some system."""

import configurations

from boed.config import overlays
from boed.systems.plume.plume_system import PlumeSystem, plume_system


def system(cells: int = 3) -> PlumeSystem:
    """The smoke run's plume of a learned strength with so many cells a side."""
    settings = overlays.resolve(configurations.smoke(), "parametric_error", "robust")
    return plume_system(overlays.merged(settings, {"belief": {"cells": cells}}))
