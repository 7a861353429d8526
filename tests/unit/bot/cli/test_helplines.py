"""`mend helplines`: what is due, and confirming it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import helplines as cli
from bot.cli import mend
from bot.safety import helplines


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the file, which the commands read and write."""
    path = tmp_path / "helplines.yml"
    path.write_text(helplines.HELPLINES.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(cli, "HELPLINES", path)
    monkeypatch.setattr(cli, "lines", lambda: helplines.lines(path))
    return path


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    class Day(date):
        @classmethod
        def today(cls) -> date:
            return day

    monkeypatch.setattr(cli, "date", Day)


def test_it_lists_what_nobody_read_and_ends_well_where_none_of_it_is_said(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, date(2026, 11, 27))
    answer = CliRunner().invoke(mend, ["helplines", "check"])
    assert answer.exit_code == 0
    assert "IE, by_text: text HELLO to 50808 (textaboutit.ie): never read, so not said" in answer.output
    assert "0808 2000 247" not in answer.output


def test_a_number_that_is_said_and_was_read_too_long_ago_is_an_error(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, date(2026, 11, 23) + timedelta(days=91))
    answer = CliRunner().invoke(mend, ["helplines", "check"])
    assert answer.exit_code == 1
    assert "GB, partner_abuse: 0808 2000 247 (nationaldahelpline.org.uk): read 2026-11-23, 91 days ago" in answer.output


def test_confirming_asks_for_each_and_writes_the_day(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, date(2026, 12, 1))
    answer = CliRunner().invoke(mend, ["helplines", "confirm", "gb", "self_harm"], input="y\n")
    assert answer.exit_code == 0 and "said from the next start on" in answer.output
    assert helplines.said("GB", file)["self_harm"] == "Samaritans, 116 123"
    assert "116 123" not in CliRunner().invoke(mend, ["helplines", "check"]).output.split("IE,")[0]


def test_a_no_changes_nothing(file: Path) -> None:
    before = file.read_text(encoding="utf-8")
    assert CliRunner().invoke(mend, ["helplines", "confirm", "GB", "self_harm"], input="n\n").exit_code == 0
    assert file.read_text(encoding="utf-8") == before


def test_what_is_not_listed_is_refused_with_what_is() -> None:
    answer = CliRunner().invoke(mend, ["helplines", "confirm", "PT", "self_harm"])
    assert answer.exit_code == 2
    assert "GB self_harm" in answer.output


def test_when_all_is_read_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, date(2026, 11, 27))
    monkeypatch.setattr(cli, "lines", lambda: [helplines.Line("GB", "emergency", "999", "a.example", date(2026, 11, 23))])
    answer = CliRunner().invoke(mend, ["helplines", "check"])
    assert answer.exit_code == 0 and "within 90 days" in answer.output
