"""Which file feeds which: functions from wildcards to paths.

Inputs: config, by way of the functions in common.smk.
Outputs: functions only.
"""

PUBLISHED_RUNS = "config/claims/published_runs.yaml"


def stage_file(wildcards, stage, name):
    """A file of one stage of the job's variant."""
    return f"<results>/{wildcards.study}/{wildcards.variant}/stage_{stage}/{name}.nc"


def starting_weights(study, settings):
    """The file of the weights that a study starts from under some settings."""
    learned = settings["model"]["discrepancy"]
    name = settings["starting_network"] if learned == "network" else learned
    return f"<results>/{study}/starting_weights/{name}.nc"


def case_weights(wildcards):
    """{starting network: its file} of all that the cases of a sweep's job start from."""
    study = config["sweeps"][wildcards.sweep]["study"]
    return {
        Path(path).stem: path
        for path in (starting_weights(study, settings) for settings in case_settings(wildcards).values())
    }


def network_after(wildcards, stage):
    """The network as it stands after a stage; after stage 0 the one it starts from."""
    if is_corrected(wildcards, stage):
        return stage_file(wildcards, stage, "network")
    return starting_weights(wildcards.study, settings_of(wildcards))


def belief_after(wildcards, stage):
    """The belief at the end of a stage: the corrected one where there is one."""
    return stage_file(wildcards, stage, "corrected_belief" if is_corrected(wildcards, stage) else "belief")


def history_of(study, variant):
    """All that is kept of a variant of a study whose own data teach the model."""
    return f"<results>/{study}/{variant}/history.nc"


def active_files(study):
    """Numbers, tables and figures of such a study."""
    settings, tables = settings_in(study), ["errors.csv"]
    names = ["beliefs", "learning"]
    if learns(study, "network"):
        names += [f"fields_{variant}" for variant in corrected_variants(study)]
    if "designs" in settings:
        names += ["designs", "models"]
        tables.append("models.csv")
    if "joint" in settings:
        names.append("marginals")
        tables.append("costs.csv")
    if "agreement" in settings:
        names.append("agreement")
    return [
        *(history_of(study, variant) for variant in variants_of(study)),
        *(f"<results>/{study}/{table}" for table in tables),
        *(f"<results>/figures/{study}/{name}.png" for name in names),
    ]


def can_make_active(study, rest):
    """Whether a claim's file belongs to a study whose own data teach the model."""
    if rest == ["designs.nc"]:
        return "designs" in settings_in(study)
    if rest in (["joint.nc"], ["agreement.nc"]):
        return rest[0].removesuffix(".nc") in settings_in(study)
    return len(rest) == 2 and rest[0] in variants_of(study)


def claim_lists():
    """The lists of claims, one a paper."""
    return [f"config/claims/{paper}.yaml" for paper in ("ad_eki", "active_learning", "mean_variance")]


def claim_files():
    """Files that the scorecard needs and this configuration can make; what needs others is `not run`."""
    listed = scorecard.read([ROOT / path for path in claim_lists()])
    files = {file for claim in listed for file in claim.files()}
    files |= {file for run in published_runs.read(ROOT / PUBLISHED_RUNS) for file in run.source.files()}
    return sorted(filter(can_make, files))


def can_make(file):
    """Whether a file of the scorecard belongs to this configuration: its study or sweep, variant and stage exist."""
    study, *rest = Path(file).parts
    if study == "sweeps":
        return Path(rest[0]).stem in config["sweeps"]
    if study == "scaling":
        return rest == ["scaling.nc"]
    if study in ("source_inversion", "surrogate"):
        made = [*source_inversion_numbers(), *surrogate_files()]
        return file in [path.removeprefix("<results>/") for path in made]
    if study == "method_comparison":
        return rest == ["strength.nc"]
    if study in config["risk_studies"]:
        return rest[0] in risk_study_parts(study)
    if study in config["active_studies"]:
        return can_make_active(study, rest)
    return study in config["plume_studies"] and can_make_plume(study, *rest)


def can_make_plume(study, *rest):
    """Whether a file of the scorecard belongs to a study of the plume's source."""
    if len(rest) == 1:
        return rest[0] == "metrics.nc" or (rest[0] == "joint.nc" and "joint" in settings_in(study))
    if len(rest) == 2:
        return rest[0] in field_variants(study) and rest[1] == "field_errors.nc"
    variant, stage, name = rest[0], rest[1].removeprefix("stage_"), rest[2].removesuffix(".nc")
    if name in ("physical_experiment", "discrepancy_experiment"):
        first = 1 if name == "physical_experiment" else 2
        variants = variants_of(study) if first == 1 else corrected_variants(study)
        return variant in variants and int(stage) in stages_of(study, first)
    chosen = settings_in(study).get(name, {"variants": [], "stage": 0})
    variants = chosen["variants"] if "variants" in chosen else [chosen["variant"]]
    return variant in variants and int(stage) == chosen["stage"]


def field_variants(study):
    """Variants whose field errors are told: those that calibrate a network."""
    return corrected_variants(study) if learns(study, "network") else []


def study_files(study):
    """Metrics, tables and figures of one study."""
    names = ["location_error", *(f"posteriors_{variant}" for variant in variants_of(study))]
    names += [f"information_gain_{variant}" for variant in settings_in(study)["gain_profile"]["variants"]]
    names += [f"field_errors_{variant}" for variant in field_variants(study)]
    tables = ["table_1.csv"] if learns(study, "network") else []
    settings = settings_in(study)
    if "gain_comparison" in settings:
        names.append(f"gain_comparison_{settings['gain_comparison']['variant']}")
    if "joint" in settings:
        names.append("joint")
        tables += ["joint.nc", "costs.csv"]
    figures = [f"<results>/figures/{study}/{name}.png" for name in names]
    return [*(f"<results>/{study}/{name}" for name in ("metrics.nc", *tables)), *figures]


def sweep_files(sweep):
    """What a sweep makes: its gathered numbers, its figure and its table."""
    return [
        f"<results>/sweeps/{sweep}.nc",
        f"<results>/sweeps/{sweep}.csv",
        f"<results>/figures/sweeps/{sweep}.png",
        f"<results>/figures/sweeps/{sweep}_stages.png",
    ]


def risk_study_files(study):
    """Numbers and figures of one risk study; of the parts that it may leave out, those that it has."""
    settings = config["risk_studies"][study]
    parts = {"convergence": "convergence", "outcomes": "outcomes", "map": "utility_map", "optimisation": "optimisation"}
    parts["sample_sizes"] = "sample_sizes"
    names = ["utility", "utilities", "risk_measures", *(name for key, name in parts.items() if key in settings)]
    return [f"<results>/figures/{study}/{name}.png" for name in names]


def surrogate_files():
    """Validation and figure of every layout's surrogate, and the speed of the first one's models."""
    layouts = list(config["source_inversion"]["layouts"])
    return [
        *collect("<results>/surrogate/{layout}/validation.nc", layout=layouts),
        *collect("<results>/figures/surrogate/{layout}.png", layout=layouts),
        f"<results>/surrogate/{layouts[0]}/speed.nc",
    ]


def surrogate_input(wildcards):
    """The surrogate of a job's layout, if samples go through surrogates."""
    used = config["source_inversion"]["model"] == "surrogate"
    return f"<results>/surrogate/{layout_of(wildcards)}/surrogate.nc" if used else []


def reference_input(wildcards):
    """What a search is held against: the map of one sensor, random pairs of two."""
    return f"<results>/source_inversion/{wildcards.case}/{'utility' if sensors_in(wildcards.case) == 1 else 'pairs'}.nc"


def training_timings():
    """Seconds of simulation and training of every layout's surrogate, if samples go through surrogates."""
    if config["source_inversion"]["model"] != "surrogate":
        return []
    layouts = list(one_sensor_cases().values())
    return collect("<results>/timings/surrogate/{layout}/{part}.tsv", layout=layouts, part=["training", "surrogate"])


def case_of(sensors, layout):
    """The case of so many sensors, one_sensor or two_sensors, in a layout."""
    return sensors if layout == "open" else f"{sensors}/{layout}"


def source_inversion_numbers():
    """The netCDF files of all sensors and layouts."""
    files = [f"{case}/utility.nc" for case in one_sensor_cases()]
    files += [f"{case}/pairs.nc" for case in two_sensor_cases()]
    files += [f"{case}/{name}.nc" for case in searched_cases() for name in ("search", "outcomes")]
    files += [f"fronts/{layout}.nc" for layout in two_sensor_cases().values()]
    return [f"<results>/source_inversion/{file}" for file in files]


def source_inversion_files():
    """Figures of all sensors and layouts, and what the ways to their maps cost."""
    figures = [f"{case}/utility.png" for case in one_sensor_cases()]
    figures += [f"{case}/pairs.png" for case in two_sensor_cases()]
    figures += [f"{case}/{name}.png" for case in searched_cases() for name in ("search", "outcomes")]
    figures += [f"fronts/{layout}.png" for layout in two_sensor_cases().values()]
    figures.append("one_sensor/layouts.png")
    return [
        *(f"<results>/figures/source_inversion/{figure}" for figure in figures),
        "<results>/source_inversion/one_sensor/ways.csv",
    ]


def risk_study_parts(study):
    """Names of the files that one risk study makes."""
    settings = config["risk_studies"][study]
    files = {"convergence": ["convergence"], "outcomes": ["outcomes"], "map": ["utility_map"]}
    files |= {"optimisation": ["optimisation_1", "optimisation_2"], "sample_sizes": ["sample_sizes"]}
    optional = [name for key, names in files.items() if key in settings for name in names]
    return [f"{name}.nc" for name in ("utility", "utilities", "risk_measures", *optional)]


def scaling_parts():
    """What each solver's scaling is measured to be."""
    return [f"<results>/scaling/{solver}.nc" for solver in scaling_solvers()]


def scaling_files():
    """The scaling study's numbers and figures."""
    figures = [f"<results>/figures/scaling/{axis}.png" for axis in ("members", "iterations", "samples")]
    return ["<results>/scaling/scaling.nc", *figures]


def method_files():
    """Numbers and figure of the comparison of methods."""
    return ["<results>/method_comparison/strength.nc", "<results>/figures/method_comparison.png"]


def network_size_files():
    """What comes out for a network of every size."""
    return [f"<results>/networks/{size}.nc" for size in config["networks"]["sizes"]]


def figure_files():
    """Every figure."""
    files = [file for study in config["plume_studies"] for file in study_files(study)]
    files += [file for sweep in config["sweeps"] for file in sweep_files(sweep)]
    files += [file for study in config["active_studies"] for file in active_files(study)]
    files += [*scaling_files(), *method_files()]
    files += [file for study in config["risk_studies"] for file in risk_study_files(study)]
    files += [*source_inversion_files(), *surrogate_files()]
    return ["<results>/figures/plume.png", *(file for file in files if file.endswith(".png"))]


def case_places(sweep):
    """(file, case in it) of every case of a sweep, in the order of its axes; cases alike are run once for all sweeps."""
    places = []
    for name in cases(config["sweeps"][sweep]):
        home, case = sweep_runs()[sweep, name]
        value = cases(config["sweeps"][home])[case][0]
        places.append((f"<results>/sweeps/{home}/{value}.nc", case))
    return places


def case_files(wildcards):
    """The files that hold the cases of a sweep, each once."""
    return list(dict.fromkeys(file for file, _ in case_places(wildcards.sweep)))


def cases_in_files(wildcards):
    """[number of the file, case in it] of every case of a sweep."""
    files = case_files(wildcards)
    return [[files.index(file), case] for file, case in case_places(wildcards.sweep)]


def prior_input(wildcards):
    """The belief that a stage starts from; nothing in the first stage, whose prior is uniform."""
    stage = int(wildcards.stage)
    return belief_after(wildcards, stage - 1) if stage > 1 else []


def correction_prior_input(wildcards):
    """The belief before the stage, if the one after its calibration is made from there again."""
    return prior_input(wildcards) if settings_of(wildcards)["reupdate"] == "replace" else []


def strength_input(wildcards):
    """The weights after every stage of every variant, where they are the source's strength; nothing else."""
    if not learns(wildcards.study, "strength"):
        return []
    start = starting_weights(wildcards.study, settings_of(wildcards))
    return [
        f"<results>/{wildcards.study}/{variant}/stage_{stage}/network.nc" if name == "corrected_belief" else start
        for variant in variants_of(wildcards.study)
        for stage, name in final_beliefs(wildcards.study, variant)
    ]


def previous_experiment_input(wildcards):
    """The design that a stage's search starts from; nothing in the first stage."""
    stage = int(wildcards.stage)
    return stage_file(wildcards, stage - 1, "physical_experiment") if stage > 1 else []


def measurements(wildcards, kind, stages):
    """The measurements of a kind of some stages."""
    return [stage_file(wildcards, stage, f"{kind}_measurement") for stage in stages]


def stage_of(block, name):
    """A file of the stage that one of a study's blocks looks at, for the variant of the wildcards."""

    def path(wildcards):
        return stage_file(wildcards, settings_in(wildcards.study)[block]["stage"], name)

    return path
