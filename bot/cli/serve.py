"""`mend serve`: the servers in the foreground."""

from __future__ import annotations

import click

from bot.cli import servers
from bot.cli.train import ensure_trained


@click.command("serve")
@click.option("--api", is_flag=True, help="Also open Rasa's HTTP API, for measuring only: it has no lock.")
def command(api: bool) -> None:
    """Run Rasa and the actions until Ctrl-C or SIGTERM, without a page or a prompt."""
    ensure_trained()
    with servers.prepared(("PORT", "ACTION_PORT")) as (settings, started):
        try:
            servers.start_actions(settings, started)
            servers.start_rasa(settings, started, api)
            click.echo(f"Mend answers on http://127.0.0.1:{settings.port} (Ctrl-C ends it).")
            raise click.ClickException(started.wait_for_an_end())
        except KeyboardInterrupt:
            click.echo("Ended.")
