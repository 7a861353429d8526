"""Figures of how well messages were read, against counts done by hand."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from bot.evaluation.figures import Row, figures, labels, load, parts, wilson, wrong_fields
from bot.meaning import Meaning

HURT = Meaning(("infidelity",), "hurt")
ROWS = [
    Row("a", HURT, read=HURT),
    Row("b", HURT, read=Meaning(("infidelity", "dishonesty"), "responsible")),
    Row("c", Meaning(), read=Meaning(("neglect",), "hurt")),
    Row("d", Meaning(), read=Meaning(), alarming=True),
    Row("e", Meaning(), read=Meaning(dangers=("self_harm",)), alarming=True),
    Row("f", Meaning(dangers=("self_harm",)), read=Meaning(dangers=("partner_abuse",))),
    Row("g", Meaning(("neglect",), "both", "leave", ("partner_abuse",), "closure"), read=Meaning()),
    Row("h", Meaning(ask="out_of_scope"), read=Meaning(), intent="nlu_fallback"),
    Row("i", Meaning(ask="out_of_scope"), read=Meaning(ask="out_of_scope"), intent="out_of_scope"),
]
WRECKED = Row("j", Meaning(role="responsible"), read=Meaning(role="responsible"))


def test_each_figure_is_the_share_it_says() -> None:
    found = {name: (round(figure.value, 3), figure.count) for name, figure in figures(ROWS).items()}
    assert found["breaches_f1"] == (0.5, 9)  # infidelity 1, neglect 0
    assert found["breach_alarms"] == (round(1 / 6, 3), 6)
    assert found["role"] == (round(1 / 3, 3), 3)
    assert found["ask"] == (round(7 / 9, 3), 9)
    assert found["danger_noticed"] == (0.5, 2)
    assert found["danger_alarms"] == (round(1 / 7, 3), 7)
    assert found["alarming_alarms"] == (0.5, 2)
    assert found["out_of_scope"] == (1.0, 2)
    assert (found["self_harm_noticed"], found["partner_abuse_noticed"]) == ((1.0, 1), (0.0, 1))


def test_who_broke_the_trust_is_told_apart_from_what_broke_it() -> None:
    found = figures([*ROWS, WRECKED])
    assert (found["role"].value, found["role"].count) == (0.5, 4)
    assert (round(found["role_of_breach"].value, 3), found["role_of_breach"].count) == (0.333, 3)


def test_an_f1_has_an_interval_around_it_that_more_messages_make_narrower() -> None:
    some, many = (figures(ROWS * times + [Row("j", HURT, read=Meaning())] * times)["breaches_f1"] for times in (10, 90))
    assert some.low < some.value < some.high
    assert many.high - many.low < some.high - some.low
    assert str(some) == f"{some.value:.3f} ({some.low:.3f}–{some.high:.3f}, n 100)"


def test_a_figure_without_messages_is_no_number() -> None:
    assert math.isnan(figures([ROWS[0]])["danger_noticed"].value)
    assert figures([ROWS[0]])["danger_noticed"].count == 0


@pytest.mark.parametrize(("hits", "count", "low", "high"), [(97, 100, 0.9155, 0.9897), (0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0)])
def test_the_interval_is_wilsons(hits: int, count: int, low: float, high: float) -> None:
    figure = wilson(hits, count)
    assert (figure.low, figure.high) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_precision_recall_and_f1_of_a_label() -> None:
    infidelity, neglect = labels(ROWS, "breaches")
    assert (infidelity.value, infidelity.precision.value, infidelity.recall.value, infidelity.f1) == ("infidelity", 1.0, 1.0, 1.0)
    assert (neglect.value, neglect.precision.value, neglect.recall.value, neglect.f1) == ("neglect", 0.0, 0.0, 0.0)


def test_what_was_read_wrong_is_named_danger_first() -> None:
    assert wrong_fields(ROWS[0]) == []
    assert wrong_fields(ROWS[6]) == ["safety", "breaches", "role", "route", "ask"]
    assert wrong_fields(replace(ROWS[6], read=ROWS[6].gold)) == []


def test_a_set_is_read_with_its_labels(tmp_path: Path) -> None:
    entry = {"text": "he lied", "breaches": ["dishonesty"], "role": "hurt", "route": "none", "safety": ["none"], "ask": "tell"}
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(entry) + "\n" + json.dumps({**entry, "form": "oblique", "alarming": True}) + "\n")
    plain, oblique = load(path)
    assert plain == Row("he lied", Meaning(("dishonesty",), "hurt"))
    assert (oblique.form, oblique.alarming) == ("oblique", True)


def test_parts_are_by_how_plainly_and_how_long_a_message_tells() -> None:
    rows = [Row("he lied", HURT), Row("word " * 61, HURT, form="oblique"), Row("word " * 60, HURT), Row("word " * 21, HURT, form="oblique")]
    found = {name: [rows.index(row) for row in those] for name, those in parts(rows).items()}
    assert found == {"plain": [0, 2], "oblique": [1, 3], "up to 20 words": [0], "21 to 60 words": [2, 3], "over 60 words": [1]}
