"""`mend data`: what is kept about the person who talks in this terminal."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bot.settings import load_settings


@click.group("data")
def command() -> None:
    """What is kept about the person who talks to Mend in this terminal."""


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export(file: Path) -> None:
    """Write everything in this terminal's journal to FILE as JSON, readable by you alone."""
    from bot.cli.chat import conversation_id
    from bot.journal.keys import person_key
    from bot.journal.store import journal, migrate

    settings = load_settings()
    migrate(settings)
    key = person_key(settings, "cmdline", conversation_id(settings, new=False))
    with journal(settings) as store:
        content = store.summary(key)
    file.touch(0o600)
    file.write_text(json.dumps(content, indent=2, default=str, ensure_ascii=False) + "\n", encoding="utf-8")
    click.echo(f"{sum(map(len, content.values()))} entries written to {file}.")
