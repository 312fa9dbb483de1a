"""What the rules of the studies hand to their jobs: narrow parts of the configuration.

Each depends on nothing that its job does not read, and lists its keys in sorted order. No JAX here,
since every Snakemake start runs it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from boed.config import overlays
from boed.config.lookup import is_described
from boed.config.rules.narrowing import (
    Settings,
    chosen,
    in_order,
    of_stage,
    with_files,
    with_network_shape,
    with_one_solver,
    without_side_studies,
)
from boed.config.rules.studies import Studies

# what a study whose own data teach the model depends on
ACTIVE_BLOCKS = (
    "replicates",
    "times",
    "stages",
    "plume",
    "truth",
    "model",
    "array",
    "network",
    "noise",
    "belief",
    "experiment",
    "correct",
    "reupdate",
    "discrepancy_experiment",
    "indicator",
    "calibration",
)
# what the table of such a study holds of every stage
TABULATED = (
    "location_error",
    "field_mean_squared_error",
    "field_relative_error",
    "near_field_relative_error",
    "right_hand_side_error",
    "near_right_hand_side_error",
    "simulated_field_relative_error",
    "near_simulated_field_relative_error",
    "growth",
    "attributed_growth",
)
SCALING_BLOCKS = ("plume", "truth", "model", "network", "noise", "belief", "discrepancy_experiment")
# what describes a system of named parameters and designs
DESCRIBED = (
    "function",
    "file",
    "command",
    "black_box",
    "parameters",
    "correlations",
    "prior_samples",
    "designs",
    "forbidden",
    "experiments",
    "outputs",
    "noise",
)
# what says which runs of a black box there are, and what makes one
PLANNED = (
    "parameters",
    "correlations",
    "prior_samples",
    "designs",
    "forbidden",
    "experiments",
    "nodes",
)
SOLVER = ("command", "file", "black_box", "outputs", "time_limit")
# and what a study of several stages learns and is held against
LEARNED = ("missing", "joint", "true_parameters", "observation_noise", "particles")


@dataclass(frozen=True, eq=False)
class RuleParameters:
    """Parts of a checked configuration, by study, variant and stage where there are some."""

    studies: Studies

    @property
    def config(self) -> dict:
        """The whole configuration."""
        return self.studies.config

    def blocks(
        self, names: Iterable[str], study: str, variant: str | None = None, stage: int | None = None
    ) -> Settings:
        """The named blocks of a study's settings; of the network no more than its shape, of a
        described system all that describes it where `plume` is among the names.

        In a stage's job `time` is the time of that stage, and lists with a value for each stage
        are cut to the stage's own: editing one stage leaves the ones before it alone.
        """
        settings = self.studies.settings(study, variant)
        if stage is not None:
            settings = of_stage(settings, stage)
        if is_described(settings) and "plume" in names:
            names = (*DESCRIBED, *LEARNED, *names)
        return in_order(with_files(with_network_shape(chosen(settings, names))))

    def active(self, study: str, variant: str) -> Settings:
        """All that a variant of a study depends on whose own data teach the model."""
        return self.blocks(ACTIVE_BLOCKS, study, variant)

    def compared_designs(self, study: str) -> Settings:
        """The settings of the variant whose designs a study compares, and how it does."""
        variant = self.studies.setting("designs/variant", study)
        return self.blocks((*ACTIVE_BLOCKS, "designs"), study, variant)

    def true_parameter(self, study: str) -> list:
        """[what is learned besides a network, its true value]; nothing where that is all."""
        settings = self.studies.settings(study)
        if is_described(settings):
            return []
        if settings["model"]["discrepancy"] == "strength":
            return ["strength", settings["truth"]["strength"]]
        growth = "velocity" in settings["model"]
        return ["growth", settings["plume"]["velocity"]["x"][1]] if growth else []

    def pretraining(self, study: str) -> Settings:
        """The network, and the forms of both sources: all that the pre-training needs."""
        settings = self.studies.settings(study)
        parts = {
            n: chosen(settings[n], ("source", "strength", "width")) for n in ("truth", "model")
        }
        parts["network"] = settings["network"]
        return in_order(parts | {"replicates": self.studies.most_replicates(study)})

    def stated_network(self, study: str) -> Settings:
        """The shape and first scale of a network that nothing trains, and how many are needed."""
        network = self.studies.settings(study)["network"]
        shape = {key: network[key] for key in ("hidden", "depth", "first_layer_scale")}
        return in_order({"network": shape, "replicates": self.studies.most_replicates(study)})

    def plume_figure(self) -> Settings:
        """All that the figure of the true plume depends on."""
        return in_order(with_one_solver(self.config["plume_figure"]))

    def risk_study(self, names: Iterable[str], study: str) -> Settings:
        """The system of a risk study and the named parts of its settings.

        Of the searches nothing that says for how many experiments there are others.
        """
        parts = chosen(self.studies.settings(study), (*DESCRIBED, *names))
        if "optimisation" in parts:
            searches = parts["optimisation"].items()
            parts["optimisation"] = {k: value for k, value in searches if k != "experiments"}
        return in_order(with_files(parts))

    def planned_runs(self, study: str) -> Settings:
        """What the runs of a black box depend on, parameters and designs, and of how many samples
        they are.
        """
        settings = self.studies.settings(study)
        samples = {"samples": settings["samples"][-1:]}
        return in_order(with_files(chosen(settings, PLANNED) | samples))

    def solver(self, study: str) -> Settings:
        """What makes a run of a black box."""
        return in_order(with_files(chosen(self.studies.settings(study), SOLVER)))

    def described_system(self, study: str) -> Settings:
        """The system of a study of one that the configuration describes, and no more: as the
        variant has it that believes in most.
        """
        settings = self.studies.settings(study, self.studies.joint_variant(study))
        return in_order(with_files(chosen(settings, (*DESCRIBED, *LEARNED, "time_limit"))))

    def gradient_point(self) -> Settings:
        """Time, design, centre and repeats of the gradients that are timed."""
        return {k: self.config["scaling"][k] for k in ("time", "design", "centre", "repeats")}

    def scaling(self, solver: str) -> Settings:
        """All that a gradient of the scaling study depends on, for one solver."""
        settings = overlays.resolve_scaling(self.config, solver)
        settings = with_one_solver({key: settings[key] for key in SCALING_BLOCKS})
        return in_order(settings | self.gradient_point())

    def scaling_sizes(self) -> Settings:
        """The sizes and ways to differentiate of the scaling study."""
        names = ("modes", "members", "iterations", "samples")
        return in_order({key: self.config["scaling"][key] for key in names})

    def method(self, method: str) -> Settings:
        """All that one of the compared methods depends on."""
        settings = chosen(overlays.resolve_method(self.config, method), ACTIVE_BLOCKS)
        return in_order(with_one_solver(settings))

    def network_size(self, size: str) -> Settings:
        """All that the study with a network of one size depends on."""
        settings = overlays.resolve_network_size(self.config, size)
        return in_order(with_one_solver(without_side_studies(settings)))

    def benchmarks(self) -> Settings:
        """All that the benchmarks depend on: a study under its recipe, where its gradient is
        taken, the sizes of the baselines.
        """
        block = self.config["benchmarks"]
        settings = without_side_studies(overlays.resolved(self.config, block["study"]))
        place = {key: self.config["scaling"][key] for key in ("time", "design", "centre")}
        sizes = {key: block[key] for key in ("coarse", "divergence", "repeats")}
        risk = block["utility"] | self.studies.settings(block["utility"]["study"])
        used = (*DESCRIBED, "quadrature_nodes", "place", "count")
        sizes["utility"] = with_files(chosen(risk, used))
        return in_order(settings | place | sizes | {"seed": self.config["seed"]})
