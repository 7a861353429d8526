"""Reads the training messages without Rasa's check of their form, which takes longer than the reading itself.

The check parses every file a second time in pure Python (80 s for 20,000 messages, at every command). The form of the messages and
their labels are checked by `tests/contracts/test_training_data.py`.
"""

from __future__ import annotations

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.training_data import TrainingData


class Importer(RasaFileImporter):
    """Rasa's importer of files, with a quicker reader of messages."""

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """The messages of all files."""
        return TrainingData().merge(*(Reader().read(path, language=language) for path in self._nlu_files))


class Reader(RasaYAMLReader):
    """Rasa's reader of messages in YAML."""

    def validate(self, string: str) -> None:
        """Nothing: see the top of this file."""
