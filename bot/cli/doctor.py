"""`mend doctor`: what is missing on this machine, with the next step."""

from __future__ import annotations

from collections.abc import Iterator

import click

from bot.settings import PROJECT, SettingsError, load_settings


@click.command("doctor")
def command() -> None:
    """Check settings, model, weights, journal and ports; each finding names what to do."""
    failed = False
    for name, problem in findings():
        click.echo(f"{'✗' if problem else '✓'} {name}{': ' + problem if problem else ''}")
        failed = failed or bool(problem)
    raise SystemExit(int(failed))


def findings() -> Iterator[tuple[str, str]]:
    """Each thing that was looked at, with the problem in a sentence or an empty string."""
    from bot.cli.train import STAMP, fingerprint
    from bot.embeddings import WeightsError, weights_dir
    from bot.processes import ProcessError, check_port

    try:
        settings = load_settings()
    except SettingsError as error:
        yield "settings", str(error)
        return
    yield "settings", ""
    try:
        weights_dir()
        yield "sentence embeddings", ""
    except WeightsError as error:
        yield "sentence embeddings", str(error)
    trained = STAMP.exists() and STAMP.read_text(encoding="ascii") == fingerprint()
    yield "model", "" if trained else "not trained since something changed: run `make train`."
    yield "journal", _journal_problem()
    for variable, port in (("PORT", settings.port), ("ACTION_PORT", settings.action_port)):
        try:
            check_port(port, variable)
            yield f"port {port}", ""
        except ProcessError as error:
            yield f"port {port}", str(error)
    yield f"project folder {PROJECT.name}", ""


def _journal_problem() -> str:
    from bot.journal.store import migrate

    settings = load_settings()
    try:
        migrate(settings)
    except Exception as error:
        return f"cannot be opened ({type(error).__name__}): check MEND_JOURNAL_URL and {settings.data_dir}."
    return ""
