"""`mend alert`: whether alerts about danger reach whoever is on duty."""

from __future__ import annotations

import click

from bot.safety.alert import folder, send, trial, waiting
from bot.settings import load_settings


@click.command("alert")
def command() -> None:
    """Send a test to MEND_ALERT_URL now, and say how many alerts wait to be delivered."""
    settings = load_settings()
    if not settings.alert_url:
        raise click.ClickException("MEND_ALERT_URL is empty, so nobody is told of a danger.")
    send(settings.alert_url, *trial())
    click.echo(f"The test was taken. Alerts that wait: {len(waiting(folder(settings)))}.")
