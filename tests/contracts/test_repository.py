"""The repository: layers, stems, one class an action, documents that tell the truth, nothing that should not be there."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys

import pytest
import yaml
from click.testing import CliRunner

import actions
from bot.cli import LazyGroup, mend
from bot.settings import SETTINGS
from tests.contracts.project import PROJECT, domain, read, steps_of, tracked

#: Folders of bot/ that may import rasa; everything else may not.
ADAPTERS = ("bot/nlu/", "bot/policies/", "bot/nlg/", "bot/stores/", "bot/channels/")
#: Plain SQLAlchemy beside the adapter, for whoever must reach the conversations without rasa.
PLAIN = "bot.stores.conversations"
#: The one part of an adapter that a command imports, when it runs: to measure the model without a server.
MEASURING = "bot.nlu.parser"
PYTHON = [name for name in tracked() if name.endswith(".py") and name.startswith(("bot/", "actions/"))]


def imports(name: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(read(name))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("name", PYTHON)
def test_layers_hold(name: str) -> None:
    tops = {module.split(".")[0] for module in imports(name)}
    if not name.startswith(ADAPTERS) or name == PLAIN.replace(".", "/") + ".py":
        assert "rasa" not in tops
    if not name.startswith("actions/"):
        assert "rasa_sdk" not in tops and "actions" not in tops
    if not name.startswith(ADAPTERS):
        others = imports(name) - {PLAIN, *([MEASURING] if name.startswith("bot/cli/") else [])}
        assert not any(f"{module}.".startswith(tuple(a.replace("/", ".") for a in ADAPTERS)) for module in others)


def test_the_environment_is_read_in_one_place() -> None:
    readers = {name for name in PYTHON if re.search(r"os\.environ|getenv", read(name))}
    assert readers <= {"bot/settings.py", "bot/cli/servers.py", "bot/bootstrap.py"}  # the last two pass it on


def test_every_action_of_the_domain_has_one_class_and_the_reverse() -> None:
    from rasa_sdk import Action

    found = []
    for module in pkgutil.iter_modules(actions.__path__):
        for _, member in inspect.getmembers(importlib.import_module(f"actions.{module.name}"), inspect.isclass):
            if issubclass(member, Action) and not inspect.isabstract(member) and member.__module__ == f"actions.{module.name}":
                found.append(member().name())
    assert sorted(found) == sorted(domain()["actions"])


def test_names_of_rules_and_stories_are_sentences_with_the_stem_of_their_file() -> None:
    for kind in ("rules", "stories"):
        for name, entry in steps_of(kind).items():
            assert name.split(":")[0].replace(" ", "_") == entry["file"], name
            assert not re.search(r"[0-9a-f]{8}", name)


def test_story_tests_have_the_prefix_and_real_text() -> None:
    files = sorted((PROJECT / "tests" / "stories").glob("*"))
    assert files and all(re.fullmatch(r"test_\w+\.yml", file.name) for file in files)
    for file in files:
        for story in yaml.safe_load(file.read_text(encoding="utf-8"))["stories"]:
            turns = [step for step in story["steps"] if "intent" in step]
            assert turns and all(step.get("user", "").strip() for step in turns), story["story"]


def test_the_story_run_parses_the_text_and_fails_on_a_wrong_prediction() -> None:
    run = read("tests/integration/test_rasa_commands.py")
    assert "--e2e" in run and "--fail-on-prediction-errors" in run and "--fail-on-validation-warnings" in run


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_every_path_target_and_command_a_document_names_exists(document: str) -> None:
    text = read(document)
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    for target in re.findall(r"`make ([a-z-]+)", text):
        assert target in targets, target
    for command in re.findall(r"`mend ([a-z]+)", text):
        assert command in LazyGroup.commands_by_name, command
    named = re.findall(r"`((?:bot|actions|data|tests|docs|models)/[\w./*-]*|[\w-]+\.(?:yml|toml|md|lock|ini))`", text)
    assert named
    for path in named:
        assert "*" in path or "<" in path or (PROJECT / path).exists(), path


def test_the_readme_names_every_setting() -> None:
    for name, (default, _) in SETTINGS.items():
        assert f"`{name}`" in read("README.md"), name
        assert not default or default in read("README.md"), name


@pytest.mark.parametrize("name", sorted(LazyGroup.commands_by_name))
def test_every_command_explains_itself(name: str) -> None:
    answer = CliRunner().invoke(mend, [name, "--help"])
    assert answer.exit_code == 0
    assert len(answer.output) > 60


def test_nothing_private_trained_or_generated_is_tracked() -> None:
    forbidden = re.compile(r"\.(db|db-wal|db-shm|key|log|tar\.gz)$|(^|/)\.env$|(^|/)\.mend/")
    assert [name for name in tracked() if forbidden.search(name)] == []


def test_no_file_names_a_registry_or_this_machine() -> None:
    words = re.compile("|".join(["pypi" + r"\.org", "files" + r"\.pythonhosted", "registry" + r"\.npmjs", "/ro" + "ot/", "/wo" + "rk/"]))
    found = [name for name in tracked() if (PROJECT / name).suffix != ".png" and words.search(read(name))]
    assert found == []


def test_the_lock_has_a_hash_for_every_package_and_leaves_out_what_is_not_needed() -> None:
    lock = read("requirements.lock")
    packages = re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)
    assert len(packages) > 100
    assert all(re.search(rf"^{re.escape(name)}==\S+ \\\n    --hash=sha256:", lock, re.MULTILINE) for name in packages)
    assert not {"jax", "torch", "sentence-transformers", "tensorflow"} & set(packages)


def test_the_model_inputs_name_every_module_that_our_components_use() -> None:
    from bot.cli.train import _inputs

    listed = {str(path.relative_to(PROJECT)) for path in _inputs()}
    for folder in ("bot/nlu/", "bot/policies/"):
        for name in [name for name in PYTHON if name.startswith(folder)]:
            for module in imports(name):
                path = module.replace(".", "/") + ".py"
                is_learnt_from = path not in ("bot/reading.py", "bot/settings.py") and not path.startswith(
                    "bot/safety/"
                )  # these are for reading at run time
                if module.startswith("bot.") and (PROJECT / path).exists() and is_learnt_from:
                    assert path in listed, path


def test_the_tests_run_on_the_python_that_rasa_needs() -> None:
    assert sys.version_info[:2] == (3, 10)
    assert read(".python-version").strip() == "3.10"
    assert subprocess.run(["git", "check-ignore", ".mend", ".venv"], cwd=PROJECT, capture_output=True).returncode == 0


def test_what_the_readme_quotes_stands_in_the_transcript_it_names() -> None:
    quoted = read("README.md").split("## How it sounds")[1].split("## Where do I look?")[0]
    named = re.search(r"`(docs/transcripts/[\w-]+\.md)`", quoted)
    assert named
    lines = [line for line in quoted.splitlines()[3:] if line and not line.startswith("From ")]
    assert len(lines) > 5
    assert [line for line in lines if line not in read(named[1]).splitlines()] == []
