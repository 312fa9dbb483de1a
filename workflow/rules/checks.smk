"""What a described system does, before anything is made with it: shapes, gradients, time.

Inputs: the system of a study, its model file; the target check_<study> asks for the page.
Outputs: <results>/{study}/check.txt.
"""


rule check_system:
    output:
        "<results>/{study}/check.txt",
    wildcard_constraints:
        study=pattern_of(studies.described()),
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        seed=config["seed"],
        settings=of_wildcards(parameters.described_system),
    script:
        "../scripts/check_system.py"


for study in studies.described():

    rule:
        name:
            f"check_{study}"
        input:
            f"<results>/{study}/check.txt",
