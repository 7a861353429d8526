"""`mend train`: train the model, unless nothing that it depends on changed."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
from filelock import FileLock
from rich.console import Console

from bot.cli import servers
from bot.processes import children
from bot.settings import PROJECT

STAMP = PROJECT / "models" / "mend.inputs"
LOG = PROJECT / "models" / "train.log"
_STEP = re.compile(r"Starting to train component '([^']+)'")
_PROGRESS = re.compile(r"(Reading the messages|Learning to read|Learning the worst understood again|Reading): +(\d+)%")


@click.command("train")
def command() -> None:
    """Train the model into models/, unless it is up to date."""
    if not ensure_trained():
        click.echo("The model is up to date.")


def ensure_trained() -> bool:
    """Train if an input changed, and say whether that was so; of two that train at once, one waits for the other."""
    LOG.parent.mkdir(exist_ok=True)
    with FileLock(LOG.with_suffix(".lock")):
        wanted = fingerprint()
        if is_trained(wanted):
            return False
        STAMP.unlink(missing_ok=True)  # a training that is interrupted may leave another model than the stamp tells of
        _train()
        STAMP.write_text(wanted, encoding="ascii")
    return True


def is_trained(wanted: str) -> bool:
    """Whether the model was trained from inputs with this fingerprint."""
    return servers.MODEL.exists() and STAMP.exists() and STAMP.read_text(encoding="ascii", errors="replace") == wanted


def fingerprint() -> str:
    """What the model depends on: configuration, domain, training data, our components and the packages."""
    digest = hashlib.sha256()
    for path in sorted(_inputs()):
        digest.update(str(path.relative_to(PROJECT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _inputs() -> Iterator[Path]:
    yield from (PROJECT / name for name in ("config.yml", "domain.yml", "requirements.lock", "data/lexicon.yml", "data/safety/answers.yml"))
    for folder in ("nlu", "rules", "stories"):
        yield from (PROJECT / "data" / folder).rglob("*.yml")
    yield from (PROJECT / "bot" / name for name in ("facts.py", "meaning.py", "safety/answers.py", "spacy_pipeline.py", "text.py"))
    for folder in ("nlu", "policies", "understanding"):
        yield from (PROJECT / "bot" / folder).glob("*.py")


def _train() -> None:
    console = Console(stderr=True)
    # Rasa's validation reads all messages a second time, in over a minute; `make test` runs it.
    command_line = servers.rasa("train", "--skip-validation", "--fixed-model-name", servers.MODEL.name.removesuffix(".tar.gz"))
    with (
        LOG.open("w", buffering=1, encoding="utf-8", errors="replace") as log,
        console.status("Training: reading the data") as status,
        children() as started,
    ):
        if not console.is_terminal:
            console.print("· Training, some half an hour the first time …")
        child = started.open(
            "training",
            command_line,
            servers.environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert child.stdout is not None
        for line in io.TextIOWrapper(child.stdout, encoding="utf-8", errors="replace"):
            log.write(line)
            step = _STEP.search(line)
            if step:
                status.update(f"Training: {step[1].rsplit('.', 1)[-1]}")
                if not console.is_terminal:
                    console.print(f"  {step[1].rsplit('.', 1)[-1]}")
            progress = _PROGRESS.match(line)
            if progress:
                status.update(f"Training: {progress[1].lower()}, {progress[2]} %")
        child.wait()
    if child.returncode:
        raise click.ClickException(f"Training failed: {_last_error()} The whole log is in {LOG.relative_to(PROJECT)}.")


def _last_error() -> str:
    lines = [line.strip() for line in LOG.read_text(encoding="utf-8", errors="replace").replace("\r", "\n").splitlines()]
    errors = [line for line in lines if re.search(r"(Error|Exception|InvalidRule)\b", line) and "WARNING" not in line]
    return (errors[-1] if errors else "no reason was given").rstrip(".") + "."
