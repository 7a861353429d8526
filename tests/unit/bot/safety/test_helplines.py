"""Which numbers are said, where, and that somebody read them."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from bot.safety.helplines import GOOD_FOR, HELPLINES, HelplinesError, Line, confirm, countries, country_named, lines, said

DAY = date(2026, 11, 23)
#: Countries of which little more than the emergency number was read.
ELSEWHERE = {"DE", "FR", "ES", "IT", "NL", "BE", "AT", "SE", "DK", "FI", "PL", "PT", "CH", "NO", "ZA", "SG", "MX", "BR"}


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "helplines.yml"
    path.write_text(f"needs: [emergency, emergency_silent, self_harm]\nhelplines:\n{text}", encoding="utf-8")
    return path


INTERNATIONAL = """  international:
    emergency:
    - {say: "your emergency number"}
    self_harm:
    - {say: "find.example", source: find.example, checked: 2026-11-23}
"""


@pytest.mark.parametrize("country", ["", *countries(), "XX"])
def test_every_country_has_something_to_say_for_each_need(country: str) -> None:
    found = said(country)
    assert set(found) == set(yaml.safe_load(HELPLINES.read_text(encoding="utf-8"))["needs"])
    assert all(found.values())


def test_the_countries_asked_for_are_there() -> None:
    assert set(countries()) == {"US", "GB", "IE", "CA", "AU", "NZ", "IN"} | ELSEWHERE


@pytest.mark.parametrize("country", sorted(ELSEWHERE))
def test_every_further_country_has_an_emergency_number_that_somebody_read(country: str) -> None:
    assert any(character.isdigit() for character in said(country)["emergency"])


def test_a_country_with_an_emergency_number_alone_hears_the_international_lines_besides() -> None:
    assert said("PT") == {**said(), "emergency": "112", "emergency_silent": "112"}


@pytest.mark.parametrize("line", [line for line in lines() if line.say.startswith("for women")], ids=lambda line: line.country)
def test_where_a_line_is_for_women_alone_others_hear_the_finder_too(line: Line) -> None:
    assert said(line.country)[line.need] == f"{line.say}, or {said()[line.need]}"


def test_every_country_with_lines_is_heard_as_a_part_of_a_sentence() -> None:
    assert set(yaml.safe_load(HELPLINES.read_text(encoding="utf-8"))["countries"]) == set(countries())
    assert country_named("shes in oslo, norway, what number can she ring") == "NO"


def test_only_what_somebody_read_is_said_and_else_the_international_line(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        INTERNATIONAL
        + """  GB:
    emergency:
    - {say: "999", source: a.example, checked: 2026-11-23}
    self_harm:
    - {say: "123", source: b.example, checked: }
""",
    )
    assert said("GB", path) == {"emergency": "999", "emergency_silent": "999", "self_harm": "find.example"}
    assert said("ZZ", path) == said("", path)


def test_several_lines_of_a_need_are_said_together() -> None:
    assert said("US")["by_text"] == "text 988, or text HOME to 741741"


def test_where_speaking_is_dangerous_the_silent_way_is_named_if_one_is_known() -> None:
    assert "press 55" in said("GB")["emergency_silent"]
    assert said("US")["emergency_silent"] == "911"


def test_a_confirmed_line_is_said_from_then_on_and_nothing_else_in_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "helplines.yml"
    path.write_text(HELPLINES.read_text(encoding="utf-8"), encoding="utf-8")
    (line,) = [line for line in lines(path) if (line.country, line.need) == ("IE", "by_text")]
    assert line.checked is None and said("IE", path)["by_text"] == said("", path)["by_text"]
    confirm(path, line, DAY)
    assert said("IE", path)["by_text"] == line.say
    before, after = (file.read_text(encoding="utf-8").splitlines() for file in (HELPLINES, path))
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1 and changed[0][1] == changed[0][0].replace("checked: }", "checked: 2026-11-23}")
    confirm(path, line, DAY + timedelta(days=1))
    assert next(new for new in lines(path) if (new.country, new.need) == ("IE", "by_text")).checked == DAY + timedelta(days=1)


def test_a_line_that_is_not_there_cannot_be_confirmed(tmp_path: Path) -> None:
    path = written(tmp_path, INTERNATIONAL)
    (line,) = [line for line in lines(HELPLINES) if (line.country, line.need) == ("GB", "self_harm")]
    with pytest.raises(HelplinesError, match="GB, self_harm"):
        confirm(path, line, DAY)


def test_a_line_is_due_when_it_was_never_read_or_too_long_ago() -> None:
    by_say = {line.say: line for line in lines()}
    assert by_say["999"].is_due(DAY + timedelta(days=GOOD_FOR + 1))
    assert not by_say["999"].is_due(DAY + timedelta(days=GOOD_FOR))
    assert by_say["text HELLO to 50808"].is_due(DAY)
    assert not by_say["your local emergency number"].is_due(DAY + timedelta(days=1000))


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ('  GB:\n    luck:\n    - {say: "x"}\n', "luck"),
        ('  GB:\n    self_harm:\n    - {say: "123"}\n', "names no source"),
        ('  GB:\n    self_harm:\n    - {say: "123", source: a.example, checked: soon}\n', "no date"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_by_name(tmp_path: Path, more: str, named: str) -> None:
    with pytest.raises(HelplinesError, match=named):
        said("GB", written(tmp_path, INTERNATIONAL + more))


def test_a_need_that_nothing_may_be_said_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HelplinesError, match="self_harm: nothing may be said"):
        said("", written(tmp_path, INTERNATIONAL.replace("2026-11-23", "")))


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("I'm in Ireland", "IE"), ("Ireland", "IE"), ("ireland.", "IE"), ("im from the uk", "GB"), ("I live in the US", "US"),
        ("the states", "US"),
        ("we're in new york", "US"), ("here in Scotland nobody talks about it", "GB"), ("I am living in Melbourne", "AU"), ("India", "IN"),
        ("shes in leeds. uk. what number can she ring", "GB"), ("i told you ireland. is there one for men", "IE"), ("im in the us", "US"),
        ("im in nz", "NZ"), ("Canada", "CA"), ("Toronto, canada", "CA"), ("im in michigan", "US"),
        ("I'm in Germany", "DE"), ("Kenya", "KE"), ("im from turkey", "TR"), ("I live in the Netherlands", "NL"),
        ("I'm in Jordan", "JO"), ("South Africa", "ZA"),
    ],
)  # fmt: skip
def test_the_country_somebody_is_in_is_heard(text: str, country: str) -> None:
    assert country_named(text) == country


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("I'm from the US but I'm living in London and I want to die", "GB"),
        ("originally from ireland, living in germany now", "DE"),
        ("im from India, in the UK now", "GB"),
        ("from canada but here in australia", "AU"),
        ("we are from new zealand", "NZ"),
        ("I'm in the US, he's from Ireland", "US"),
    ],
)
def test_where_somebody_is_counts_before_where_they_are_from(text: str, country: str) -> None:
    assert country_named(text) == country


@pytest.mark.parametrize(
    "text",
    [
        "",
        "he left us",
        "tell us",
        "im in a state",
        "my ex moved to canada",
        "she is from india",
        "we met in perth",
        "it broke us",
        "us",
        "Jordan",
        "Chad",
        "we had turkey",
        "he went to Spain with her",
        "world",
    ],
)
def test_no_country_is_guessed(text: str) -> None:
    assert country_named(text) is None


def test_a_country_without_lines_of_its_own_hears_the_finder() -> None:
    assert "KE" not in countries() and said("KE") == said("")
