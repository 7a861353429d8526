"""`mend doctor`: what is missing on this machine, with the next step."""

from __future__ import annotations

import tarfile
import time
from collections.abc import Callable, Iterator

import click

from bot.cli.errors import sentence
from bot.settings import Settings, check_dir, load_settings


@click.command("doctor")
def command() -> None:
    """Check settings, model, weights, journal, conversations and ports, changing nothing; each finding names what to do."""
    failed = False
    for name, problem in findings():
        click.echo(f"{'✗' if problem else '✓'} {name}{': ' + problem if problem else ''}")
        failed = failed or bool(problem)
    raise SystemExit(int(failed))


def findings() -> Iterator[tuple[str, str]]:
    """Each thing that was looked at, with the problem in a sentence or an empty string."""
    from bot.cli import servers
    from bot.journal import store
    from bot.processes import check_port, is_held
    from bot.stores.conversations import check as check_conversations
    from bot.understanding import encoder

    problem = _problem(load_settings)
    yield "settings", problem
    if problem:
        return
    settings = load_settings()
    yield "data folder", _problem(check_dir, settings.data_dir)
    yield "language model", _problem(encoder.check)
    yield "model", _model_problem()
    yield "journal and keys", _problem(store.check, settings)
    yield "conversations", _problem(check_conversations, settings)
    yield servers.country_notice(settings) or "helplines", ""
    if settings.alert_url:
        yield "alerts", _alerts_problem(settings)
    if is_held(servers.running_lock(settings)):
        yield "Mend is running", ""  # and the ports are its own
        return
    for variable, port in (("PORT", settings.port), ("ACTION_PORT", settings.action_port)):
        yield f"port {port}", _problem(check_port, port, variable)


def _problem(look: Callable[..., object], *arguments: object) -> str:
    """What `look` complains of, in a sentence, or nothing."""
    try:
        look(*arguments)
    except Exception as error:
        told = sentence(error)
        if told is None:
            raise
        return told
    return ""


def _alerts_problem(settings: Settings) -> str:
    from bot.safety.alert import LONGEST_WAIT, folder, waiting

    count = len(waiting(folder(settings), time.time() - LONGEST_WAIT))
    return f"{count} could not be delivered yet and wait: run `mend alert`, which says why." if count else ""


def _model_problem() -> str:
    from bot.cli import servers
    from bot.cli.train import fingerprint, is_trained

    if not servers.MODEL.exists():
        return f"{servers.MODEL} is missing: run `make train`."
    if not tarfile.is_tarfile(servers.MODEL):
        return f"{servers.MODEL} is damaged: delete it, then run `make train`."
    return "" if is_trained(fingerprint()) else "not trained since something changed: run `make train`."
