"""`mend alert`: a test that arrives, or a sentence that says why not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from bot.cli.servers import free_ports
from bot.safety.alert import Alert, Outbox
from tests.unit.conftest import Webhook


def test_a_test_is_sent_and_what_waits_is_counted(
    run: Callable[..., Result],
    environ: Path,
    webhook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Outbox(environ / "alerts", "http://127.0.0.1:1/", (60.0, 60.0)).put(Alert(1.5, ("self_harm",), "now"))
    monkeypatch.setenv("MEND_ALERT_URL", webhook.url)
    done = run("alert")
    assert (done.exit_code, done.output) == (0, "The test was taken. Alerts that wait: 1.\n")
    assert [list(sent) for sent in webhook.posted] == [["text"]]
    assert "test" in webhook.posted[0]["text"]


def test_where_nobody_is_to_be_told_it_says_so(run: Callable[..., Result]) -> None:
    done = run("alert")
    assert done.exit_code == 1 and "MEND_ALERT_URL is empty" in done.output


def test_one_that_is_not_taken_is_told_in_a_sentence(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    (port,) = free_ports(1)
    monkeypatch.setenv("MEND_ALERT_URL", f"http://127.0.0.1:{port}/?key=secret")
    done = run("alert")
    assert done.exit_code == 1 and "check MEND_ALERT_URL" in done.output and "secret" not in done.output
