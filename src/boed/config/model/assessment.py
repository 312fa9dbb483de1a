"""What a study is held against, in the configuration: gains along searches, references, designs."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from boed.config.model.base import Block, Count, Point, Positive, Problem, key, ordered, rising
from boed.config.model.learning import Array


class GainProfile(Block):
    """ad_eki Fig. 5 and 8: information gain along one stage's search, by fresh ensembles."""

    variants: Annotated[list[str], Field(min_length=1)] = key(
        "Variants whose searches are looked at."
    )
    stage: int = key("Their stage.", "1", source="code: 4", ge=2)
    ensembles: Count = key("Ensembles that the gain is averaged over.", "1", source="text: 50")
    intermediate: Count = key(
        "Design update shown between the first and the last.", "1", source="text: 15"
    )


class GainComparison(Block):
    """Each schedule's gain over the move window against the true one, by importance sampling."""

    variant: str = key("Variant whose stage is looked at.", source="chosen")
    stage: int = key("Its stage.", "1", source="chosen", ge=2)
    grid: int = key("Designs a side of the window.", "1", source="chosen", ge=2)
    ensembles: Count = key("Ensembles that each gain is averaged over.", "1", source="chosen")
    samples: int = key("Prior samples of the importance sampling.", "1", source="chosen", ge=100)
    shown: Count = key("Replicates that are looked at.", "1", source="chosen")
    path_points: int = key(
        "Designs along the search that are looked at.", "1", source="chosen", ge=2
    )


class Joint(Block):
    """The reference for a learned strength: a belief over position and strength on a grid."""

    prior: Literal["uniform", "normal"] = key(
        "Of the strength: the papers', the same for all cells; or N(model.strength, "
        "discrepancy_experiment.deviation²), from which the method beside it draws its ensemble.",
        source="text: uniform",
        default="uniform",
    )
    lower: Positive = key("Least strength.", "concentration·length²/time", source="chosen")
    upper: Positive = key("Greatest strength.", "concentration·length²/time", source="chosen")
    cells: int = key("Strengths on the grid.", "1", source="text: 31", ge=2)
    data: int = key(
        "Data of each stage from the second on, as many as the method beside it takes.",
        "1",
        source="chosen",
        ge=1,
        le=2,
    )

    def contradictions(self) -> Iterator[Problem]:
        yield from ordered("upper", self.lower, self.upper)


class Agreement(Block):
    """active_learning App. A for a learned strength: calibrations by more and more noisy data."""

    data: Annotated[list[Count], Field(min_length=2)] = key(
        "Numbers of data, increasing, at random places and the study's times in turn.",
        "1",
        source="chosen",
    )
    wrong: Point = key(
        "The wrong place at which the source is held for comparison.", "length", source="chosen"
    )
    turns: Count = key(
        "Estimates of the place, each followed by one of the strength.", "1", source="chosen"
    )
    nodes: int = key(
        "Points a side of the rule on which the fields are aligned.", "1", source="chosen", ge=2
    )

    def contradictions(self) -> Iterator[Problem]:
        yield from rising("data", self.data)


class Designs(Block):
    """Designs of one stage that are held against each other by what is learned from them."""

    variant: str = key("Variant whose stage is looked at.", source="chosen")
    stage: int = key("Its stage.", "1", source="text", ge=2)
    reach: Positive = key(
        "Furthest from the stage's design, a coordinate.", "length", source="chosen"
    )
    candidates: int = key(
        "Random designs of which the indicator names a good and a poor one.",
        "1",
        source="chosen",
        ge=2,
    )
    pairs: Count = key("Random pairs of designs that the indicator ranks.", "1", source="chosen")
    shift: Point = key(
        "Move to the design that is compared with the stage's own.", "length", source="code"
    )
    variance: Positive = key(
        "Variance of every datum that the released form of the indicator assumes.",
        "concentration²",
        source="code: 0.005",
    )
    array: Array = key("Sensors about a design that it assumes.", source="code")
