"""The studies as the rules see them: settings; variants and stages of those that have some.

No JAX here, since every Snakemake start runs it.
"""

from dataclasses import dataclass, field

from boed.config import lookup, overlays
from boed.config.rules.narrowing import Settings, with_one_solver, with_times


@dataclass(frozen=True, eq=False)
class Studies:
    """The studies of a checked configuration without nulls."""

    config: dict
    _resolved: dict = field(default_factory=dict, init=False, repr=False)

    def settings(self, study: str, variant: str | None = None) -> Settings:
        """A study's settings, as a variant changes them; shared by all who ask: not to be changed.

        Raises KeyError for a study or variant that the configuration does not have.
        """
        if (study, variant) not in self._resolved:
            settings = (
                overlays.resolve(self.config, study, variant)
                if variant
                else overlays.resolved(self.config, study)
            )
            of_plume = "plume" in settings
            narrow = with_one_solver(settings) if of_plume else with_times(settings)
            self._resolved[study, variant] = narrow
        return self._resolved[study, variant]

    def setting(self, path: str, study: str, variant: str | None = None):
        """One value of a study's settings; its path as in `truth/location`."""
        value = self.settings(study, variant)
        for key in path.split("/"):
            value = value[key]
        return value

    def of_method(self, *methods: str) -> list[str]:
        """Studies of some methods, hybrid, active or risk."""
        return list(lookup.of_method(self.config, *methods))

    def names(self) -> list[str]:
        """All studies of several stages."""
        return list(lookup.sequential(self.config))

    def variants(self, study: str) -> list[str]:
        """A study's variants."""
        return list(self.config["studies"][study]["variants"])

    def corrected_variants(self, study: str) -> list[str]:
        """A study's variants that calibrate what the model misses."""
        return [name for name in self.variants(study) if self.settings(study, name)["correct"]]

    def stages(self, study: str, first: int = 1) -> list[int]:
        """Numbers of a study's stages from `first` on."""
        return list(range(first, lookup.stages_of(self.settings(study)) + 1))

    def is_corrected(self, study: str, variant: str, stage: int) -> bool:
        """Whether a variant calibrates in this stage: never in the first one."""
        return stage > 1 and bool(self.settings(study, variant)["correct"])

    def learns(self, study: str, kind: str) -> bool:
        """Whether a study of a plume learns this kind of discrepancy, `network` or `strength`."""
        settings = self.settings(study)
        return not lookup.is_described(settings) and lookup.learned(settings) == kind

    def is_described(self, study: str) -> bool:
        """Whether a study is of a described system, not of a plume."""
        return lookup.is_described(self.settings(study))

    def described(self) -> list[str]:
        """All studies of described systems, whatever their method."""
        return [name for name in self.config["studies"] if self.is_described(name)]

    def black_boxes(self) -> list[str]:
        """Risk studies of systems that JAX cannot see into."""
        return [s for s in self.of_method("risk") if lookup.is_black_box(self.settings(s))]

    def described_sequential(self) -> list[str]:
        """Studies of several stages of a described system."""
        return [study for study in self.names() if self.is_described(study)]

    def measured(self) -> list[str]:
        """Studies whose data are measured, not simulated."""
        return [n for n in self.described_sequential() if "measurements" in self.settings(n)]

    def simulated(self) -> list[str]:
        """All other studies of several stages."""
        measured = self.measured()
        return [study for study in self.names() if study not in measured]

    def has_particles(self, study: str, variant: str | None = None) -> bool:
        """Whether beliefs about a described system's parameters are particles."""
        return self.is_described(study) and lookup.has_particles(self.settings(study, variant))

    def joint_variant(self, study: str) -> str | None:
        """A variant of a described system whose belief holds what its model misses, if any does."""
        variants = self.variants(study) if study in self.described_sequential() else []
        joint = (v for v in variants if lookup.holds_missing(self.settings(study, v)))
        return next(joint, None)

    def has_joint_design(self, study: str) -> bool:
        """Whether a plume's study is held against joint design."""
        return not self.is_described(study) and "joint" in self.settings(study)

    def that_learn(self, kind: str) -> list[str]:
        """Studies of plumes that learn a kind of discrepancy."""
        return [study for study in self.names() if self.learns(study, kind)]

    def field_variants(self, study: str) -> list[str]:
        """Variants whose errors of the field are computed: those that calibrate a network."""
        return self.corrected_variants(study) if self.learns(study, "network") else []

    def most_replicates(self, study: str) -> int:
        """Replicates of a study or of the sweep of it that has most: each starts from weights of
        its own.
        """
        sweeps = [s["replicates"] for s in self.config["sweeps"].values() if s["study"] == study]
        return max([self.settings(study)["replicates"], *sweeps])
