"""Layers of a sequential study in the configuration: recipe, study, variant, sweep."""

from typing import Annotated

from pydantic import Field

from boed.config.model.base import Block, Count, Name, key, partial
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
# what is studied, not how
NOT_IN_RECIPES = (*STUDY_ALONE, "array")
OF_WHOLE_STUDIES = ("gain_profile", "gain_comparison", "joint", "agreement", "designs")
RECIPE = "How it learns: one of the recipes; its settings lie under those of the study."

Recipe = partial(Settings, "Recipe", NOT_IN_RECIPES)


class Changes(partial(Settings, "PartOfChanges", STUDY_ALONE)):
    """Changes to a study: any of its keys but those that only the study itself holds."""

    recipe: str = key(RECIPE, default=None)


class SizedChanges(partial(Settings, "PartOfSizedChanges", OF_WHOLE_STUDIES)):
    """Changes to a study, its network and replicates among them."""

    recipe: str = key(RECIPE, default=None)


class Study(partial(Settings, "PartOfStudy")):
    """A sequential study: its settings over those of its recipe, and its variants."""

    like: str = key(
        "A study of either kind whose settings and variants lie under this one's own; null leaves "
        "one of them out.",
        default=None,
    )
    recipe: str = key(RECIPE, source="chosen: robust", default=None)
    variants: dict[Name, Changes | None] = key(
        "Changes to the study by name: any of its keys but the forms of both sources, for which "
        "the network is pre-trained once, and those that only a study holds; null leaves a variant "
        "out.",
        default=None,
        min_length=1,
    )


AxisValue = Annotated[str, Field(pattern="^[a-z0-9_]+$")]
Axis = Annotated[dict[AxisValue, Changes | None], Field(min_length=1)]


class Sweep(Block):
    """A study under every combination of the values on some axes."""

    study: str = key("The plume study that is varied.")
    replicates: Count = key(
        "Repetitions of each combination; the same random numbers as the study's.", "1"
    )
    axes: dict[Name, Axis] = key(
        "Named axes, each with named changes to the study; null leaves a value out. One job runs "
        "all combinations with one value of the first axis; one that several sweeps hold is run "
        "once.",
        min_length=1,
    )
