"""The whole configuration: the one source of its keys, types, bounds, units and descriptions."""

from typing import Annotated

from pydantic import Field, SkipValidation

from boed.config.model.base import Block, Name, key
from boed.config.model.costs import Benchmarks, MethodComparison, Networks, Scaling
from boed.config.model.layers import (
    DescribedStudy,
    DescribedSystem,
    PlumeSystem,
    Recipe,
    RiskStudyLayer,
    Study,
    Sweep,
)
from boed.config.model.resolution import PlumeFigure
from boed.config.model.sensors import SourceInversion

# which of them a block is depends on others, see `study_layers`
AnySystem = SkipValidation[PlumeSystem | DescribedSystem | None]
AnyStudy = SkipValidation[Study | DescribedStudy | RiskStudyLayer | None]


class Pathvars(Block):
    """Folders of the workflow."""

    results: Annotated[str, Field(min_length=1)] = key("Folder of every generated file.", "path")


class Claims(Block):
    """The scorecard of the papers' claims."""

    resamples: int = key(
        "Bootstrap resamples of the replicates behind every interval.",
        "1",
        source="chosen",
        default=2000,
        ge=100,
    )
    level: float = key("Coverage of the intervals.", "1", source="chosen", default=0.95, gt=0, lt=1)


class Configuration(Block):
    """Strict at every level, so that a mistyped key ends the run before it starts."""

    pathvars: Pathvars = key("Folders.")
    seed: int = key("Root of every random number.", "1", source="chosen", ge=0, le=4294967295)
    claims: Claims = key("The scorecard of the papers' claims.")
    plume_figure: PlumeFigure = key("The true plume of ad_eki Fig. 2, at several times.")
    systems: dict[Name, AnySystem] = key("What is studied, by name.")
    recipes: dict[Name, Recipe] = key(
        "Ways to learn, by name: any of the keys of a study that say how, not what.", min_length=1
    )
    studies: dict[Name, AnyStudy] = key(
        "What is done with the systems, by name: a study names a system and a method; each name is "
        "a target, null leaves one out. A new study is a new block."
    )
    sweeps: dict[Name, Sweep | None] = key(
        "Studies under every combination of some settings; null leaves one out."
    )
    source_inversion: SourceInversion = key(
        "Where to put a sensor that shall find a source; a target."
    )
    scaling: Scaling = key("What an AD-EKI gradient costs; a target.")
    method_comparison: MethodComparison = key(
        "Ways to learn the strength, at the same number of data; a target."
    )
    networks: Networks = key("AD-EKI design for networks of several sizes; a target.")
    benchmarks: Benchmarks = key("Kernels against the straightforward ways; a target.")
