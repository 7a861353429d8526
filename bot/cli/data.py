"""`mend data`: what is kept about a person."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bot.settings import load_settings, write_private


@click.group("data")
def command() -> None:
    """What is kept about the person who talks to Mend in this terminal, or about another."""


@command.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--channel", default="cmdline", show_default="this terminal", help="The channel the person talks on, such as rest.")
@click.option("--sender", help="The person's id on that channel; this terminal's conversation when left out.")
def export(file: Path, channel: str, sender: str | None) -> None:
    """Write everything in one person's journal to FILE as JSON, readable by you alone: this terminal's, unless you name another."""
    from bot.cli.chat import conversation_id
    from bot.journal.keys import person_key
    from bot.journal.store import journal, migrate

    if sender is None and channel != "cmdline":
        raise click.UsageError("Name the person on that channel with --sender.")
    target = file.resolve()
    if target.exists() and not target.is_file():
        raise click.BadParameter(f"{file} is no file: name one to be written.", param_hint="FILE")
    settings = load_settings()
    migrate(settings)
    with journal(settings) as store:
        content = store.summary(person_key(settings, channel, sender or conversation_id(settings, new=False)))
    write_private(target, json.dumps(content, indent=2, default=str, ensure_ascii=False) + "\n")
    click.echo(f"{sum(map(len, content.values()))} entries written to {file}.")
