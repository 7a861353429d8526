"""Reads the training messages with PyYAML's parser in C, and without Rasa's check of their form.

Rasa's own reader parses every file twice in pure Python: for 26,000 messages five minutes, at every command. The form of the messages and
their labels are checked by `tests/contracts/test_training_data.py`. A command asks for them up to four times, and they are read once.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.training_data import TrainingData


class Importer(RasaFileImporter):
    """Rasa's importer of files, with a quicker reader of messages."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The messages of all files."""
        return _read(tuple((path, Path(path).stat().st_mtime_ns) for path in self._nlu_files), language)


@lru_cache(maxsize=1)
def _read(files: tuple[tuple[str, int], ...], language: str | None) -> TrainingData:
    """The messages of these files, each with the time it was last changed. Whoever changes them copies them first, by `merge`."""
    return TrainingData().merge(*(Reader().read(path, language=language) for path, _ in files))


class Reader(RasaYAMLReader):
    """Rasa's reader of messages in YAML, given what another parser found. Texts are blocks, which both parsers leave as they are."""

    def reads(self, string: str, **kwargs: Any) -> TrainingData:
        """The messages of a file's text."""
        found = yaml.load(string, Loader=yaml.CSafeLoader) or {}
        self._parse_nlu(found.get("nlu"))
        responses = found.get("responses", {})
        return TrainingData(self.training_examples, self.entity_synonyms, self.regex_features, self.lookup_tables, responses)
