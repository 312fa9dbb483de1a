"""Layers of studies in the configuration: system, recipe, study, variant, sweep."""

from typing import Annotated, Literal

from pydantic import Field

from boed.config.model.base import Block, Count, Name, key, partial
from boed.config.model.described_study import DescribedSettings
from boed.config.model.described_system import Described
from boed.config.model.risk import RiskStudy
from boed.config.model.study import Settings

# of the study itself: what its variants share, and what looks at several of them
STUDY_ALONE = (
    "replicates",
    "network",
    "gain_profile",
    "gain_comparison",
    "joint",
    "agreement",
    "designs",
)
# what a plume is; the rest of a study's settings is what is done with it
OF_PLUMES = ("plume", "truth", "model", "noise", "network")
# what is studied, not how
NOT_IN_RECIPES = (*STUDY_ALONE, "array")
OF_WHOLE_STUDIES = ("gain_profile", "gain_comparison", "joint", "agreement", "designs")
RECIPE = "How it learns: one of the recipes; its settings lie under those of the study."

LIKE = "A study whose settings and variants lie under this one's own; null leaves one of them out."
LIKE_SYSTEM = "A system whose settings lie under this one's own."
SYSTEM = (
    "What is studied: one of the systems, or the path of a Python file, which ends in .py; its "
    "settings lie under those of the recipe."
)
METHOD = (
    "What is done with it. hybrid: designs of their own teach the model what it misses; active: "
    "the physical designs' own data do, if they are worth it; risk: designs of one experiment by "
    "expected utility and its variance."
)

# a study's system says which; what a system lacks plays no part in its risk
FUNCTIONS, LEARNED = ("function", "file", "command"), ("missing", "true_parameters")
OF_DESCRIBED = tuple(name for name in Described.model_fields if name != "noise")
OF_DESCRIBED += ("experiments", "replicates", "stages")

Recipe = partial(Settings, "Recipe", NOT_IN_RECIPES)
NOT_OF_PLUMES = tuple(name for name in Settings.model_fields if name not in OF_PLUMES)


class PlumeSystem(partial(Settings, "PartOfPlumeSystem", NOT_OF_PLUMES)):
    """A plume from a source of unknown place: the true one, and the one that is believed in."""

    like: str = key(LIKE_SYSTEM, default=None)


class DescribedSystem(partial(Described, "PartOfDescribedSystem")):
    """A model of named parameters and designs."""

    like: str = key(LIKE_SYSTEM, default=None)


class Changes(partial(Settings, "PartOfChanges", STUDY_ALONE)):
    """Changes to a study: any of its keys but those that only the study itself holds."""

    recipe: str = key(RECIPE, default=None)


class SizedChanges(partial(Settings, "PartOfSizedChanges", OF_WHOLE_STUDIES)):
    """Changes to a study, its network and replicates among them."""

    recipe: str = key(RECIPE, default=None)


class Study(partial(Settings, "PartOfStudy")):
    """A sequential study of a plume: its settings over those of its recipe, and its variants."""

    like: str = key(LIKE, default=None)
    system: str = key(SYSTEM, default=None)
    method: Literal["hybrid", "active"] = key(METHOD, default=None)
    recipe: str = key(RECIPE, source="chosen: robust", default=None)
    variants: dict[Name, Changes | None] = key(
        "Changes to the study by name: any of its keys but the forms of both sources, for which "
        "the network is pre-trained once, and those that only a study holds; null leaves a variant "
        "out.",
        default=None,
        min_length=1,
    )


class DescribedChanges(partial(DescribedSettings, "PartOfDescribedChanges", OF_DESCRIBED)):
    """Changes to a study of a described system: how it learns, not what is studied."""

    recipe: str = key(RECIPE, default=None)


class DescribedStudy(partial(DescribedSettings, "PartOfDescribedStudy", FUNCTIONS)):
    """A study of several stages of a described system, whose blocks may stand in it."""

    like: str = key(LIKE, default=None)
    system: str = key(SYSTEM, default=None)
    method: Literal["hybrid", "active"] = key(METHOD, default=None)
    recipe: str = key(RECIPE, source="chosen", default="general")
    variants: dict[Name, DescribedChanges | None] = key(
        "Changes to the study by name: any of its keys that say how it learns; null leaves a "
        "variant out. Without it there is one, with the recipe's name.",
        default=None,
        min_length=1,
    )


class RiskStudyLayer(partial(RiskStudy, "PartOfRiskStudy", (*FUNCTIONS, *LEARNED))):
    """A risk study of a described system, whose blocks may stand in it."""

    like: str = key(LIKE, default=None)
    system: str = key(SYSTEM, default=None)
    method: Literal["risk"] = key(METHOD, default=None)


AxisValue = Annotated[str, Field(pattern="^[a-z0-9_]+$")]
Axis = Annotated[dict[AxisValue, Changes | None], Field(min_length=1)]


class Sweep(Block):
    """A study under every combination of the values on some axes."""

    study: str = key("The hybrid study of a plume that is varied.")
    replicates: Count = key(
        "Repetitions of each combination; the same random numbers as the study's.", "1"
    )
    axes: dict[Name, Axis] = key(
        "Named axes, each with named changes to the study; null leaves a value out. One job runs "
        "all combinations with one value of the first axis; one that several sweeps hold is run "
        "once.",
        min_length=1,
    )
