"""Tables of measurements as people and spreadsheets write them: read rightly or refused by line."""

import pytest

from boed.config import measurement_table
from boed.config.measurement_table import Coordinate, Expected, Step, TableError

EXPECTED = Expected(
    designs=(Coordinate("t", 0.0, 24.0),),
    outputs=("blood", "urine"),
    steps=measurement_table.steps_of(3, correct=True),
)
HEAD = "stage,kind,t,blood,urine\n"
FIRST = "1,physical,2.5,0.5,1.25\n"
SECOND = "2,physical,4,0.25,1\n"
TAUGHT = "2,discrepancy,6,0.125,2\n"


def parsed(text, expected=EXPECTED):
    content = text.encode() if isinstance(text, str) else text
    return measurement_table.parse(content, "data.csv", expected)


def refused(text, expected=EXPECTED):
    with pytest.raises(TableError) as error:
        parsed(text, expected)
    return str(error.value).splitlines()


def test_the_steps_of_a_study():
    assert EXPECTED.steps == (
        Step(1, "physical"),
        Step(2, "physical"),
        Step(2, "discrepancy"),
        Step(3, "physical"),
        Step(3, "discrepancy"),
    )
    assert [step.kind for step in measurement_table.steps_of(3, correct=False)] == ["physical"] * 3


def test_rows_in_the_order_of_the_steps_and_what_comes_next(tmp_path):
    rows = parsed(HEAD + SECOND + FIRST)
    assert [row.step for row in rows] == [Step(1, "physical"), Step(2, "physical")]
    assert (rows[0].design, rows[0].outputs, rows[0].line) == ((2.5,), (0.5, 1.25), 3)
    assert rows[0].deviations == (None, None)
    assert measurement_table.next_step(rows, EXPECTED) == Step(2, "discrepancy")
    assert measurement_table.next_step([], EXPECTED) == Step(1, "physical")
    path = tmp_path / "data.csv"
    assert measurement_table.read(path, EXPECTED) == []
    path.write_text(HEAD + FIRST)
    assert measurement_table.read(path, EXPECTED) == parsed(HEAD + FIRST)


def test_when_everything_is_measured_nothing_comes_next():
    whole = HEAD + FIRST + SECOND + TAUGHT + "3,physical,8,1,1\n3,discrepancy,9,1,1\n"
    assert measurement_table.next_step(parsed(whole), EXPECTED) is None


@pytest.mark.parametrize(
    "text",
    [
        HEAD + FIRST,
        "\ufeff" + HEAD + FIRST,
        (HEAD + FIRST).replace("\n", "\r\n"),
        HEAD + "\n" + FIRST + ",,,,\n\n",
        (HEAD + FIRST).rstrip("\n"),
        "stage;kind;t;blood;urine\n1;physical;2,5;0,5;1,25\n",
        "stage\tkind\tt\tblood\turine\n1\tphysical\t2.5\t0.5\t1.25\n",
        "kind, stage, urine, t, blood\nPhysical, 1, 1.25, 2.5, 5e-1\n",
    ],
    ids=["plain", "mark", "windows", "blank", "unended", "commas", "tabs", "order"],
)
def test_what_spreadsheets_make_of_a_table_is_read_rightly(text):
    (row,) = parsed(text)
    assert row[:4] == parsed(HEAD + FIRST)[0][:4]


@pytest.mark.parametrize(
    ("row", "line", "message"),
    [
        ("2,physical,25,1,1", 3, "t: got 25, accepts a number from 0 to 24"),
        ("2,physical,4,1", 3, "4 cells for 5 columns, stage, kind, t, blood, urine: half-written"),
        ("2,physical,4,0,5,1", 3, "6 cells for 5 columns"),
        ("2,physical,4,nan,1", 3, "blood: got 'nan', accepts a finite number"),
        ("2,physical,4,inf,1", 3, "blood: got 'inf', accepts a finite number"),
        ("2,physical,four,1,1", 3, "t: got 'four', accepts a finite number"),
        ("2,physical,4,1_0,1", 3, "blood: got '1_0', accepts a finite number"),
        ("2,physical,4,,", 3, "no output at all: leave the row out until there is one"),
        ("1,physical,2.5,0.5,1.25", 3, "the same measurement as line 2"),
        ("2,discrepancy,4,1,1", 3, "stage 2, discrepancy, but no row for stage 2, physical"),
        ("3,physical,4,1,1", 3, "stage 3, physical, but no row for stage 2, physical"),
        ("4,physical,4,1,1", 3, "stage: got '4', accepts a stage from 1 to 3"),
        ("two,physical,4,1,1", 3, "stage: got 'two', accepts a stage from 1 to 3"),
        ("1,discrepancy,4,1,1", 3, "kind: got 'discrepancy', accepts physical in stage 1"),
        ("2,chemical,4,1,1", 3, "kind: got 'chemical', accepts physical or discrepancy in stage 2"),
    ],
)
def test_a_bad_row_is_refused_by_its_line(row, line, message):
    (problem,) = refused(HEAD + FIRST + row + "\n")
    assert problem.startswith(f"data.csv, line {line}: {message}")


def test_every_bad_row_is_said_at_once():
    problems = refused(HEAD + "1,physical,30,x,1\n2,physical,1\n")
    assert [problem.split(":")[0] for problem in problems] == ["data.csv, line 2"] * 2 + [
        "data.csv, line 3"
    ]


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("stage,kind,t,blood\n", "no column 'urine': there must be stage, kind, t, blood, urine"),
        ("stage,kind,t,blood,urine,note\n", "unknown column 'note': there are stage, kind, t"),
        ("stage,kind,t,t,blood,urine\n", "2 columns named 't'"),
        (
            "stage,kind,t,blood,urine,deviation,deviation_blood\n",
            "a column 'deviation' for all outputs and one for an output: take either",
        ),
    ],
)
def test_a_bad_head_is_refused(head, message):
    (problem,) = refused(head + FIRST)
    assert problem.startswith(f"data.csv, line 1: {message}")


def test_text_of_another_encoding_is_refused_by_its_line():
    (problem,) = refused((HEAD + FIRST).encode() + b"2,physical,4\xb5,1,1\n")
    assert problem == "data.csv, line 3: not UTF-8 text: save it as CSV, UTF-8"


def test_an_empty_file_holds_no_rows():
    assert parsed("") == parsed(" \n\n") == parsed(HEAD) == []


def test_outputs_may_be_missing_and_deviations_of_their_own():
    one, both = "stage,kind,t,blood,urine,deviation_urine\n", HEAD[:-1] + ",deviation\n"
    (row,) = parsed(one + "1,physical,2.5,,1.25,0.5\n")
    assert (row.outputs, row.deviations) == ((None, 1.25), (None, 0.5))
    (row,) = parsed(both + "1,physical,2.5,0.5,1.25,0.5\n")
    assert row.deviations == (0.5, 0.5)
    (row,) = parsed(both + "1,physical,2.5,0.5,1.25,\n")
    assert row.deviations == (None, None)
    (problem,) = refused(one + "1,physical,2.5,1,1.25,-1\n")
    assert problem == "data.csv, line 2: deviation_urine: got -1, accepts a positive number"


def test_candidates_are_met_or_refused():
    expected = Expected((Coordinate("t", 1.0, 4.0, (1.0, 2.0, 4.0)),), ("y",), EXPECTED.steps)
    head = "stage,kind,t,y\n"
    (row,) = parsed(head + "1,physical,2.0000000001,1\n", expected)
    assert row.design == (2.0,)
    (problem,) = refused(head + "1,physical,3,1\n", expected)
    assert problem == "data.csv, line 2: t: got 3, accepts one of 1, 2, 4"


def test_with_shared_noise_a_row_is_whole():
    expected = Expected(EXPECTED.designs, EXPECTED.outputs, EXPECTED.steps, whole=True)
    (problem,) = refused(HEAD + "1,physical,2.5,,1.25\n", expected)
    assert problem.startswith("data.csv, line 2: no blood: with noise that outputs share")


def test_several_readings_of_one_step_are_several_rows():
    rows = parsed(HEAD + FIRST + "1,physical,2.5,0.6,1.3\n")
    assert [row.line for row in rows] == [2, 3]
