"""Which files the jobs of a laboratory read that say where to measure next.

No JAX here, since every Snakemake start runs it.
"""

from dataclasses import dataclass

from boed.config.measurement_table import KINDS
from boed.config.rules.laboratory import Laboratory
from boed.config.rules.stage_files import StageFiles, stage_file


@dataclass(frozen=True, eq=False)
class LaboratoryFiles:
    """Inputs of the jobs that look ahead."""

    laboratory: Laboratory
    stages: StageFiles

    def next_inputs(self, study: str) -> dict[str, str]:
        """What the next measurement may tell; once all is measured the last belief."""
        variant, step = self.laboratory.variant(study), self.laboratory.next_step(study)
        if step is None:
            last = self.laboratory.studies.stages(study)[-1]
            return {"belief": self.stages.belief_after(study, variant, last)}
        return {"prospects": stage_file(study, variant, step.stage, f"{step.kind}_prospects")}

    def measured(self, study: str) -> list[str]:
        """All that was measured, which a target asks for: of a file in the middle that is not there
        Snakemake takes no notice.
        """
        if study not in self.laboratory.studies.measured():
            return []
        steps = dict.fromkeys(row.step for row in self.laboratory.rows(study))
        return [self.laboratory.file(study, *step) for step in steps]

    def drawn(self, study: str) -> dict[str, str | list[str]]:
        """What the figure of the next measurement shows: besides, the data so far, and the belief
        after them.
        """
        variant, rows = self.laboratory.variant(study), self.laboratory.rows(study)
        steps = list(dict.fromkeys(row.step for row in rows))
        files: dict[str, str | list[str]] = dict(self.next_inputs(study))
        for kind in KINDS:
            own = [step.stage for step in steps if step.kind == kind]
            files[kind] = [self.laboratory.file(study, stage, kind) for stage in own]
        if steps:
            stage, kind = steps[-1]
            name = "belief" if kind == "physical" else "corrected_belief"
            files["belief"] = stage_file(study, variant, stage, name)
        return files
