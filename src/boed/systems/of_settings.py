"""The system that a study's settings describe."""

from boed.systems.plume.plume_system import plume_system
from boed.systems.system import System


def system_of(settings: dict) -> System:
    """A plume, where the settings have one."""
    return plume_system(settings)
