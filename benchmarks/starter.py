"""Mend beside Rasa's own starter bot (`rasa init`, its default pipeline): training, parsing and memory, in one run, as ratios.

    python -m benchmarks.starter [--trained]

Both are trained from nothing (`--trained`: ours is taken as it is) and served in turn on 127.0.0.1; the same texts of 20 and of 200 words
are parsed by both. The page docs/benchmarks/starter.md is written anew.
"""

from __future__ import annotations

import datetime
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import psutil
from tqdm import tqdm

from bot.cli import servers
from bot.processes import children
from bot.settings import PROJECT

PAGE = PROJECT / "docs" / "benchmarks" / "starter.md"
#: About 20 words, and about 200 of ten sentences, of things people tell.
SHORT = [
    f"I found messages on the phone of my {who} last night and I do not know what to {what} about it now"
    for who in ("husband", "wife", "partner", "boyfriend") for what in ("say", "do", "think", "feel", "believe")
]  # fmt: skip
LONG = [" ".join(SHORT[(start + step) % len(SHORT)] + "." for step in range(10)) for start in range(len(SHORT))]
_ROUNDS = 3


@click.command(help=__doc__)
@click.option("--trained", is_flag=True, help="Do not train ours again.")
def main(trained: bool) -> None:
    """Measure both and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        starter = Path(folder) / "starter"
        starter.mkdir()
        subprocess.run(
            servers.rasa("init", "--no-prompt", "--init-dir", str(starter)), env=servers.environ(), check=True, capture_output=True
        )
        figures = {"starter": {"train": _train(starter, starter / "fresh.tar.gz")}}
        figures["mend"] = {} if trained else {"train": _train(PROJECT, Path(folder) / "mend.tar.gz")}
        figures["starter"] |= _served(starter, starter / "fresh.tar.gz")
        figures["mend"] |= _served(PROJECT, servers.MODEL if trained else Path(folder) / "mend.tar.gz")
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(figures), encoding="utf-8")
    click.echo(page(figures))


def _train(project: Path, model: Path) -> float:
    """Seconds of `rasa train` in `project` with an empty cache, into `model`."""
    with tempfile.TemporaryDirectory() as cache:
        environ = {**servers.environ(), "RASA_CACHE_DIRECTORY": cache}
        command = servers.rasa("train", "--out", str(model.parent), "--fixed-model-name", model.name.removesuffix(".tar.gz"))
        start = time.perf_counter()
        subprocess.run(command, cwd=project, env=environ, check=True, capture_output=True)
        return time.perf_counter() - start


def _served(project: Path, model: Path) -> dict[str, float]:
    """The first parse, the medians of short and long ones in milliseconds, and the server's memory in MB."""
    with _server(project, model) as (process, port):

        def parse(text: str) -> float:
            start = time.perf_counter()
            servers.post(f"http://127.0.0.1:{port}/model/parse", {"text": text})
            return (time.perf_counter() - start) * 1000

        first = parse(SHORT[0])
        times = {name: [parse(text) for _ in range(_ROUNDS) for text in tqdm(texts, desc=name)] for name, texts in _TEXTS.items()}
        medians = {name: statistics.median(found) for name, found in times.items()}
        return {"first": first, **medians, "memory": process.memory_info().rss / 1e6}


_TEXTS = {"short": SHORT, "long": LONG}


@contextmanager
def _server(project: Path, model: Path) -> Iterator[tuple[psutil.Process, int]]:
    (port,) = servers.free_ports(1)
    files = ["--endpoints", str(project / "endpoints.yml"), "--credentials", str(project / "credentials.yml")]
    command = servers.rasa("run", "--enable-api", "-i", "127.0.0.1", "-p", str(port), "-m", str(model), *files)
    with children() as started:
        child = started.open("Rasa server", command, servers.environ(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started.wait_until_answering("Rasa server", port)
        yield psutil.Process(child.pid), port


_NAMES = {
    "train": ("training from nothing", "s"), "first": ("first message after start", "ms"), "short": ("a message of 20 words", "ms"),
    "long": ("a message of 200 words", "ms"), "memory": ("memory of the server", "MB"),
}  # fmt: skip


def page(figures: dict[str, dict[str, float]]) -> str:
    """The figures and their ratios as a page."""
    lines = [
        "# Mend beside Rasa's starter bot",
        "",
        f"Written by `python -m benchmarks.starter` on {os.cpu_count()} cores, {datetime.date.today().isoformat()}. Both in one run; "
        "the ratio is what counts.",
        "",
        "| | Mend | starter | ratio |",
        "|---|---|---|---|",
    ]
    for key, (name, unit) in _NAMES.items():
        if key in figures["mend"]:
            ours, theirs = figures["mend"][key], figures["starter"][key]
            lines.append(f"| {name} | {ours:.0f} {unit} | {theirs:.0f} {unit} | {ours / theirs:.2f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
