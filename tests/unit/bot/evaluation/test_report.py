"""The report: tables, pictures, and the errors of the half that may be read only."""

from pathlib import Path

from bot.evaluation.figures import VALUES, Row, figures
from bot.evaluation.report import confusion, write
from bot.meaning import Meaning

TOLD = [Row("secret of the told half", Meaning(("neglect",), "hurt"), read=Meaning(("neglect",), "both"))]
ERRORS = [
    Row("read wrong in one field", Meaning(("neglect",), "hurt"), read=Meaning(("neglect",), "both")),
    Row("a danger that was missed", Meaning(dangers=("self_harm",)), read=Meaning()),
    Row("read right", Meaning()),
]


def test_the_report_names_errors_of_the_one_half_and_no_message_of_the_other(tmp_path: Path) -> None:
    report = write(tmp_path / "made", figures(TOLD), TOLD, ERRORS, "a test").read_text(encoding="utf-8")
    assert "secret" not in report and "read right" not in report
    assert report.index("a danger that was missed") < report.index("read wrong in one field")
    assert "safety self_harm, read none" in report and "role hurt, read both" in report
    assert "| neglect | 1.000 | 1.000 | 1.000 | 1 |" in report
    assert "| role | 0.000 (1) |  | 0.000 (1) |  |  |" in report  # by plain, oblique, up to 20 words, 21 to 60, and over 60


def test_every_field_has_a_picture(tmp_path: Path) -> None:
    write(tmp_path, figures(TOLD), TOLD, ERRORS, "a test")
    for field in VALUES:
        assert (tmp_path / f"{field}.png").read_bytes().startswith(b"\x89PNG")


def test_confusion_counts_sets_as_they_were_labelled_and_read() -> None:
    rows = [Row("a", Meaning(("infidelity", "neglect")), read=Meaning(("neglect",))), Row("b", Meaning(), read=Meaning())]
    names, counts = confusion(rows, "breaches")
    assert names == ["infidelity + neglect", "neglect", "none"]
    assert counts.tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 1]]
