"""Which file of a sequential study feeds which: paths by study, variant and stage.

`<results>` stands for the folder of the results, as in the rules. No JAX here, since every
Snakemake start runs it.
"""

from dataclasses import dataclass

from boed.config.lookup import learned
from boed.config.rules.laboratory import Laboratory
from boed.config.rules.narrowing import Settings
from boed.config.rules.studies import Studies

NOTHING: list[str] = []


def starting_weights(study: str, settings: Settings) -> str:
    """The file of the weights that a study starts from under some settings."""
    kind = learned(settings)
    name = settings["starting_network"] if kind == "network" else kind
    return f"<results>/{study}/starting_weights/{name}.nc"


def stage_file(study: str, variant: str, stage: int, name: str) -> str:
    """A file of one stage."""
    return f"<results>/{study}/{variant}/stage_{stage}/{name}.nc"


@dataclass(frozen=True, eq=False)
class StageFiles:
    """Inputs of the jobs of sequential studies; a list where a job takes several files or none."""

    studies: Studies
    laboratory: Laboratory | None = None

    def measurement(self, study: str, variant: str, stage: int, kind: str) -> str:
        """What was measured at a stage's physical or discrepancy design."""
        if study in self.studies.measured():
            # without the one whose table is read, one of its own: never a simulated file
            return (self.laboratory or Laboratory(self.studies)).file(study, stage, kind)
        return stage_file(study, variant, stage, f"{kind}_measurement")

    def starting_weights(self, study: str, variant: str | None = None) -> str:
        """The weights that a variant starts from."""
        return starting_weights(study, self.studies.settings(study, variant))

    def network_after(self, study: str, variant: str, stage: int) -> str:
        """The network as it stands after a stage; after stage 0 the one it starts from."""
        if self.studies.is_corrected(study, variant, stage):
            return stage_file(study, variant, stage, "network")
        return self.starting_weights(study, variant)

    def network_before(self, study: str, variant: str, stage: int) -> str:
        """The network that a stage starts from."""
        return self.network_after(study, variant, stage - 1)

    def networks(self, study: str, variant: str) -> list[str]:
        """The network after every stage."""
        return [self.network_after(study, variant, n) for n in self.studies.stages(study)]

    def belief_after(self, study: str, variant: str, stage: int) -> str:
        """The belief at the end of a stage: the corrected one where there is one."""
        corrected = self.studies.is_corrected(study, variant, stage)
        return stage_file(study, variant, stage, "corrected_belief" if corrected else "belief")

    def beliefs(self, study: str, variant: str) -> list[str]:
        """The belief at the end of every stage."""
        return [self.belief_after(study, variant, n) for n in self.studies.stages(study)]

    def is_hybrid(self, study: str) -> bool:
        """Whether a study keeps files of its own of every stage."""
        return study in self.studies.of_method("hybrid")

    def described_networks(self, study: str, variant: str) -> list[str]:
        """The weights after every stage of a described system's hybrid study."""
        return self.networks(study, variant) if self.is_hybrid(study) else NOTHING

    def described_beliefs(self, study: str, variant: str) -> list[str]:
        """The beliefs of such a study."""
        return self.beliefs(study, variant) if self.is_hybrid(study) else NOTHING

    def described_physical(self, study: str, variant: str) -> list[str]:
        """The measurements of its physical designs."""
        last = self.studies.stages(study)[-1]
        return (
            self.physical_measurements(study, variant, last) if self.is_hybrid(study) else NOTHING
        )

    def described_discrepancy(self, study: str, variant: str) -> list[str]:
        """The measurements of its discrepancy designs."""
        if not (self.is_hybrid(study) and self.studies.settings(study, variant)["correct"]):
            return NOTHING
        return self.discrepancy_measurements(study, variant, self.studies.stages(study)[-1] + 1)

    def described_history(self, study: str, variant: str) -> str | list[str]:
        """All that is kept of a study whose own data teach the model."""
        return NOTHING if self.is_hybrid(study) else self.history(study, variant)

    def earlier_measurements(self, kind: str, study: str, variant: str, stage: int) -> list[str]:
        """Measurements before a stage, of physical or discrepancy designs, where its belief is made
        anew of them: particles.
        """
        if not self.studies.has_particles(study, variant):
            return NOTHING
        first, corrected = (
            (1, True)
            if kind == "physical"
            else (2, self.studies.settings(study, variant)["correct"])
        )
        stages = range(first, stage) if corrected else range(0)
        return [self.measurement(study, variant, n, kind) for n in stages]

    def beliefs_of_variants(self, study: str) -> list[str]:
        """The beliefs of every variant, stage by stage."""
        return [f for variant in self.studies.variants(study) for f in self.beliefs(study, variant)]

    def strengths(self, study: str) -> list[str]:
        """The weights of every variant, stage by stage, where they are the source's strength."""
        if not self.studies.learns(study, "strength"):
            return NOTHING
        return [
            f for variant in self.studies.variants(study) for f in self.networks(study, variant)
        ]

    def prior(self, study: str, variant: str, stage: int) -> str | list[str]:
        """The belief that a stage starts from; none in the first one, whose prior is uniform."""
        return self.belief_after(study, variant, stage - 1) if stage > 1 else NOTHING

    def correction_prior(self, study: str, variant: str, stage: int) -> str | list[str]:
        """The belief before a stage, if the one after its calibration is made from there again."""
        again = self.studies.settings(study, variant)["reupdate"] == "replace"
        return self.prior(study, variant, stage) if again else NOTHING

    def physical_measurement(self, study: str, variant: str, stage: int) -> str:
        """What was measured at a stage's physical design."""
        return self.measurement(study, variant, stage, "physical")

    def previous_measurement(self, study: str, variant: str, stage: int) -> str | list[str]:
        """What was measured to learn the parameters before, where a laboratory's search starts."""
        if stage == 1:
            return NOTHING
        return self.measurement(study, variant, stage - 1, "physical")

    def previous_experiment(self, study: str, variant: str, stage: int) -> str | list[str]:
        """The design that a stage's search starts from; none in the first stage."""
        if stage == 1:
            return NOTHING
        return stage_file(study, variant, stage - 1, "physical_experiment")

    def physical_measurements(self, study: str, variant: str, stage: int) -> list[str]:
        """Measurements of the physical designs up to a stage."""
        stages = range(1, stage + 1)
        return [self.measurement(study, variant, n, "physical") for n in stages]

    def discrepancy_measurements(self, study: str, variant: str, stage: int) -> list[str]:
        """Measurements of the discrepancy designs before a stage."""
        stages = range(2, stage)
        return [self.measurement(study, variant, n, "discrepancy") for n in stages]

    def discrepancy_measurements_with(self, study: str, variant: str, stage: int) -> list[str]:
        """Measurements of the discrepancy designs up to a stage."""
        return self.discrepancy_measurements(study, variant, stage + 1)

    def physical_experiments(self, study: str, variant: str) -> list[str]:
        """The physical design of every stage."""
        stages = self.studies.stages(study)
        return [stage_file(study, variant, n, "physical_experiment") for n in stages]

    def discrepancy_experiments(self, study: str, variant: str) -> list[str]:
        """The discrepancy design of every stage that calibrates."""
        stages = [
            n for n in self.studies.stages(study) if self.studies.is_corrected(study, variant, n)
        ]
        return [stage_file(study, variant, n, "discrepancy_experiment") for n in stages]

    def uncalibrated_networks(self, study: str, variant: str) -> list[str]:
        """For every stage from the third on, the network before the last calibration."""
        stages = self.studies.stages(study, first=3)
        return [self.network_after(study, variant, n - 2) for n in stages]

    def before_third(self, name: str, study: str, variant: str) -> list[str]:
        """For every stage from the third on, a file of the stage before."""
        stages = self.studies.stages(study, first=3)
        return [stage_file(study, variant, n - 1, name) for n in stages]

    def of_block(self, block: str, name: str, study: str, variant: str) -> str:
        """A file of the stage that one of a study's blocks looks at."""
        return stage_file(study, variant, self.studies.settings(study)[block]["stage"], name)

    def field_errors(self, study: str) -> list[str]:
        """The field's errors of every variant that calibrates."""
        variants = self.studies.corrected_variants(study)
        return [f"<results>/{study}/{variant}/field_errors.nc" for variant in variants]

    def history(self, study: str, variant: str) -> str:
        """All that is kept of a variant of a study whose own data teach the model."""
        return f"<results>/{study}/{variant}/history.nc"

    def histories(self, study: str) -> list[str]:
        """The histories of every variant."""
        return [self.history(study, variant) for variant in self.studies.variants(study)]

    def compared_history(self, study: str) -> str:
        """The history of the variant whose designs a study compares."""
        return self.history(study, self.studies.setting("designs/variant", study))

    def joint_design(self, study: str) -> str | list[str]:
        """The joint design that a study of the strength is held against."""
        return f"<results>/{study}/joint.nc" if self.studies.learns(study, "strength") else NOTHING
