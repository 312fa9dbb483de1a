"""How a study learns, in the configuration: searches for designs, ensembles, calibration."""

from typing import Annotated, Literal

from pydantic import Field

from boed.config.model.base import (
    Block,
    Count,
    CountPerStage,
    NotNegative,
    Point,
    Positive,
    PositivePerStage,
    key,
)

Radii = Annotated[list[Positive], Field(min_length=1)]


class Array(Block):
    """A square array of sensors."""

    side: Count = key("Sensors a side.", "1", source="text, code: 3")
    spacing: Positive = key(
        "Distance between neighbours.", "length", source="text: 0.06; code: 0.02"
    )


class Experiment(Block):
    """Choice of the physical design, by information gain about the position."""

    initial: Point = key("Start of the first stage's search.", "length", source="text: (0.5, 0.5)")
    domain: Literal["box", "none"] = key(
        "Whether designs of both kinds stay between lower and upper, or their moves are their only "
        "bound.",
        source="code: none",
    )
    lower: float = key("Least coordinate of the box.", "length", source="text: 0")
    upper: float = key("Greatest coordinate of the box.", "length", source="text: 1")
    utility: Literal["measured", "predicted"] = key(
        "Information gain of the data that the true system gives, or expected over those that the "
        "model predicts.",
        source="text, code",
    )
    quadrature_nodes: int = key(
        "Observations on which the predicted utility is integrated; a spacing of about the least "
        "deviation leaves 1e-8.",
        "1",
        source="chosen",
        default=128,
        ge=16,
    )
    move_limit: Positive = key(
        "Furthest move from the previous stage's design, a coordinate.",
        "length",
        source="text: 0.2",
    )
    grid: int = key(
        "Points a side of a scan of the move window; the ascent starts at the best of them and of "
        "the previous design; 0: at the previous design.",
        "1",
        source="code: 0",
        default=0,
        ge=0,
    )
    steps: CountPerStage = key(
        "Adam steps: one number for all stages, or one a stage.",
        "1",
        source="code: 50, 45, 40 …",
    )
    rate: Positive = key("Adam's learning rate.", "length", source="code: 0.003")
    drift: float = key(
        "Each move gains drift·design: the released weight decay, with its sign.",
        "1",
        source="code: 1e-4",
        default=0.0,
    )
    stop_after_clips: int = key(
        "Clippings at the window after which the search stops; 0 for never.",
        "1",
        source="code: 5, never reached",
        default=0,
        ge=0,
    )
    jump: NotNegative = key(
        "Deviation of the random move after a gradient that is not finite.",
        "length",
        source="code: 0.05",
        default=0.05,
    )


class DiscrepancyExperiment(Block):
    """Choice of the design that teaches, by AD-EKI; in active studies the indicator's ensemble."""

    utility: Literal["measured", "predicted"] = key(
        "As in experiment, of the data about what is learned.",
        source="text, code",
        default="measured",
    )
    samples: Count = key(
        "Predicted data M that the predicted utility averages over.",
        "1",
        source="chosen",
        default=4,
    )
    risk_aversion: NotNegative = key(
        "λ of the predicted utility E[D] − λ·Var[D]; 0 is the expected information gain.",
        "1/nat",
        source="chosen: 0",
        default=0.0,
    )
    members: int = key("Ensemble size J.", "1", source="text, code: 40", ge=2)
    deviation: Positive = key(
        "Deviation of the ensemble around the current weights.", "1", source="text, code: 0.3"
    )
    iterations: Count = key("EKI iterations K.", "1", source="code: 3")
    ensembles: Literal["fresh", "carried"] = key(
        "Drawn around the current weights for each update; or the posterior of one stage, around "
        "the calibrated weights, is the next one's prior.",
        source="code: fresh; text: carried",
        default="fresh",
    )
    schedule: Literal["repeated", "tempered", "released", "unperturbed"] = key(
        "How the iterations share the data: Eq. 5, data used K times; Γ·K, data used once; gain "
        "without Γ, half steps; as the first, but observations are not perturbed.",
        source="code: released, unperturbed",
    )
    inflation: float = key(
        "Factor on the members' distances from their mean after each iteration, for ensembles much "
        "smaller than the number of weights.",
        "1",
        source="code: 1.0",
        default=1.0,
        ge=1,
    )
    localisation: Literal["none", "correlation"] = key(
        "How spurious correlations are kept out of the gain: not, or each factor tapered by what "
        "chance explains of it.",
        source="code: none",
        default="none",
    )
    move_limit: Positive = key(
        "Furthest from the stage's physical design, a coordinate.", "length", source="code: 0.35"
    )
    grid: int = key("As in experiment.", "1", source="code: 0", default=0, ge=0)
    steps: Count = key("Most design updates.", "1", source="text, code: 70")
    rate: Positive = key("Adam's learning rate.", "length", source="code: 0.012")
    drift: float = key("As in experiment.", "1", source="chosen", default=0.0)
    stop_after_clips: int = key("As in experiment.", "1", source="code: 5", default=0, ge=0)
    jump: NotNegative = key("As in experiment.", "length", source="code: 0.05", default=0.05)


class Calibration(Block):
    """Adam on the likelihood of the data so far and on what is known beforehand, in rounds."""

    data: Literal["discrepancy", "newest", "all"] = key(
        "What is fitted: data of the discrepancy designs, the stage's newest where its own teach, "
        "or all.",
        source="code: discrepancy, newest",
    )
    deviation: Literal["observed", "predicted"] = key(
        "Of a datum's noise in the fit: that of its value as observed, or as predicted.",
        source="code: predicted",
    )
    centres: Literal["map", "refined_top_cells", "top_cells", "local_maxima", "belief"] = key(
        "Where the source is held, here and in the search for a design that teaches: near the most "
        "probable position, at the top of a refined window about the mean of the most probable "
        "cells, at that mean, at the mean of the best local maxima, or at positions drawn from the "
        "belief.",
        source="code: refined_top_cells, top_cells",
    )
    peaks: Count = key("Cells or local maxima that are averaged.", "1", source="code: 5", default=5)
    least_share: float = key(
        "Probability below which a local maximum does not count, of the best one's.",
        "1",
        source="chosen",
        default=0.01,
        gt=0,
        le=1,
    )
    draws: Count = key("Positions a round when drawn.", "1", source="chosen", default=1)
    jitter: NotNegative = key(
        "A position that is not drawn is shifted by jitter·N(0, I)·exp(−jitter_decay·round).",
        "length",
        source="code: 0.05",
        default=0.0,
    )
    jitter_decay: NotNegative = key(
        "Decay of that shift.", "1/round", source="code: 0.04", default=0.0
    )
    rounds: Count = key(
        "Draws of the centres; the belief is made anew for each.", "1", source="code: 80"
    )
    steps: Count = key("Adam steps a round.", "1", source="code: 1")
    rates: PositivePerStage = key(
        "Adam's learning rate: one number for all stages, or one for each of the stages 2, 3 …",
        "1",
        source="code: 0.0025 … 0.0009",
    )
    weight_precision: NotNegative = key(
        "1/variance of a Gaussian prior of every weight around its first value; 0 for none.",
        "1",
        source="chosen",
        default=0.0,
    )
    decay_form: Literal["vanishing", "outward_growth"] = key(
        "What makes the network decay away from the source: its values at decay_radii are near 0; "
        "or their size does not grow outwards there, the penalty that active_learning proposes, of "
        "the size since a negative correction has to rise to vanish.",
        source="chosen: vanishing",
        default="vanishing",
    )
    decay_precision: NotNegative = key(
        "1/variance of that around 0, of the growth per length; 0 for no such prior.",
        "(concentration/time)⁻²",
        source="chosen: 1",
        default=0.0,
    )
    decay_radii: Radii = key(
        "Distances from the source at which that holds.", "length", source="chosen"
    )


class Shift(Block):
    """Where else the data of one stage are taken, in every replicate."""

    stage: int = key("The stage.", "1", source="code: 3", ge=2)
    by: Point = key("Move of its physical design.", "length", source="code: (0.05, −0.05)")


class Indicator(Block):
    """Whether a stage's data are worth learning from, in active studies."""

    variance: Positive | None = key(
        "Variance of every datum that the indicator assumes; null for the noise model's.",
        "concentration²",
        source="code: 0.005",
        default=None,
    )
    array: Array | None = key(
        "Sensors about a design that it assumes, read without noise; null for the study's own.",
        source="code",
        default=None,
    )
    threshold: NotNegative = key(
        "Gain from which on data are informative; below it, other designs are measured, and where "
        "none is informative the stage does not calibrate.",
        "nat",
        source="chosen",
        default=0.0,
    )
    budget: Count = key(
        "Designs measured at most in a stage, the physical one among them.",
        "1",
        source="chosen",
        default=1,
    )
    shift: Shift | None = key(
        "In one stage, data are taken at the physical design moved by this much; null for nowhere.",
        source="code: stage 3",
        default=None,
    )
