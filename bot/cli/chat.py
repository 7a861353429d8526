"""`mend chat`: a conversation in this terminal."""

from __future__ import annotations

import subprocess
import sys
import uuid

import click

from bot.cli import servers
from bot.cli.train import ensure_trained
from bot.settings import PROJECT, Settings


@click.command("chat")
@click.option("--new", is_flag=True, help="Begin another conversation instead of going on with the last.")
def command(new: bool) -> None:
    """Talk to Mend in this terminal. Your conversation is remembered on this machine; /stop or Ctrl-C ends the chat."""
    ensure_trained()
    with servers.prepared(("PORT", "ACTION_PORT")) as (settings, started):
        try:
            click.echo("Starting Mend; this takes about half a minute.")
            servers.start_actions(settings, started)
            shell = [
                *(sys.executable, "-W", "ignore", "-m", "bot.channels.shell", "shell"),
                *servers.common(settings),
                *("--conversation-id", conversation_id(settings, new)),
            ]
            # In this terminal's own group: what is typed, Ctrl-C included, must reach it.
            child = subprocess.Popen(shell, env={**servers.environ(), "LOG_LEVEL": "ERROR"}, cwd=PROJECT)
            try:
                child.wait()
            finally:
                child.terminate()
                try:
                    child.wait(10)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
        except KeyboardInterrupt:
            pass
        click.echo("\nTake care. What you told me is kept for next time.")


def conversation_id(settings: Settings, new: bool) -> str:
    """The private id of this machine's conversation; another one when `new`."""
    file = settings.data_dir / "conversation"
    if new or not file.exists():
        file.write_text(uuid.uuid4().hex, encoding="ascii")
        file.chmod(0o600)
    return file.read_text(encoding="ascii")
