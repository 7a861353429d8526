"""What the contract tests read of the project, each file once."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]


@lru_cache
def read(name: str) -> str:
    """A file's text by its path from the root."""
    return (PROJECT / name).read_text(encoding="utf-8")


@lru_cache
def domain() -> dict[str, Any]:
    """domain.yml."""
    return yaml.safe_load(read("domain.yml"))


@lru_cache
def steps_of(kind: str) -> dict[str, dict[str, Any]]:
    """Rules or stories by name, with the name of their file under `file`."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((PROJECT / "data" / kind).glob("*.yml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))[kind]:
            name = entry["rule" if kind == "rules" else "story"]
            assert name not in found, f"{name!r} stands twice"
            found[name] = {**entry, "file": path.stem}
    return found


@lru_cache
def examples() -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """All training messages: (intent, text, labels)."""
    found = []
    for path in sorted((PROJECT / "data" / "nlu").glob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
            found += [(block["intent"], example["text"].strip(), example["metadata"]) for example in block["examples"]]
    return tuple(found)


@lru_cache
def tracked() -> tuple[str, ...]:
    """Every file git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(name for name in listed.stdout.splitlines() if (PROJECT / name).exists())


def variants() -> dict[str, list[dict[str, Any]]]:
    """Every text that a person may read, by the name of its response."""
    from bot.guidance import library

    return {**domain()["responses"], **library.load()["guidance"]}
