"""`mend lock`: resolve the dependencies anew."""

from __future__ import annotations

import subprocess

import click

from bot import bootstrap
from bot.settings import PROJECT


@click.command("lock")
@click.option("--upgrade", is_flag=True, help="Take newer versions where the constraints allow.")
def command(upgrade: bool) -> None:
    """Write requirements.lock from pyproject.toml: hashes for every file, no index's address."""
    try:
        uv = bootstrap.find_uv() or bootstrap.install_uv()
    except bootstrap.SetupError as error:
        raise click.ClickException(str(error)) from error
    command_line = [uv, "pip", "compile", "pyproject.toml", "--all-extras", "--group", "dev", "--generate-hashes", "--no-annotate",
                    "--no-header", "--quiet", "--python-version", "3.10", "--python-platform", "x86_64-manylinux_2_31",
                    "-o", "requirements.lock", *(["--upgrade"] if upgrade else [])]  # fmt: skip
    if subprocess.run(command_line, cwd=PROJECT).returncode:
        raise click.ClickException("The dependencies could not be resolved; the lines above say which disagree.")
