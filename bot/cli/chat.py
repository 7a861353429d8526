"""`mend chat`: a conversation in this terminal."""

from __future__ import annotations

import contextlib
import re
import uuid

import click

from bot.cli import servers
from bot.cli.train import ensure_trained
from bot.settings import Settings, SettingsError, write_private


@click.command("chat")
@click.option("--new", is_flag=True, help="Begin another conversation instead of going on with the last.")
def command(new: bool) -> None:
    """Talk to Mend in this terminal. Your conversation is remembered on this machine; /stop or Ctrl-C ends the chat."""
    ensure_trained()
    with servers.prepared(("PORT", "ACTION_PORT")) as (settings, started):
        code = 0
        with contextlib.suppress(KeyboardInterrupt):
            click.echo("Starting Mend; this takes about half a minute.")
            servers.start_actions(settings, started)
            shell = servers.talking("shell", *servers.common(settings), "--conversation-id", conversation_id(settings, new))
            # In this terminal's own group: what is typed, Ctrl-C included, must reach it.
            code = started.open("chat", shell, {**servers.environ(), "LOG_LEVEL": "ERROR"}, start_new_session=False).wait()
        if code:
            raise click.ClickException(
                f"The chat ended by itself (code {code}); the lines above and {settings.data_dir / 'actions.log'} say why. "
                "`make chat` opens this conversation again, `mend doctor` looks for what is missing."
            )
        click.echo("\nTake care. `make chat` opens this conversation again, `make chat NEW=1` another.")


def conversation_id(settings: Settings, new: bool) -> str:
    """The private id of this machine's conversation; another one when `new`.

    Raises:
        SettingsError: the file that keeps it is damaged.
    """
    file = settings.data_dir / "conversation"
    if new or not file.exists():
        write_private(file, uuid.uuid4().hex)
    found = file.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch("[0-9a-f]{32}", found):
        raise SettingsError(f"{file} is damaged: restore it from your backup, or begin another conversation with `make chat NEW=1`.")
    return found
