"""The quicker reader of messages reads what Rasa's own reads."""

from pathlib import Path

from rasa.shared.importers.rasa import RasaFileImporter

from bot.nlu.importer import Importer

FIRST = """version: "3.1"
nlu:
- intent: infidelity
  examples:
  - text: |
      found a second phone
      in the glovebox
    metadata: {breaches: [infidelity], role: hurt, route: none, safety: [none], ask: tell}
"""
SECOND = """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - hi [love](partner)
- synonym: love
  examples: |
    - luv
"""


def test_it_reads_the_same_messages_as_rasa(tmp_path: Path) -> None:
    for name, content in (("first", FIRST), ("second", SECOND)):
        (tmp_path / f"{name}.yml").write_text(content, encoding="utf-8")
    ours, theirs = (kind(training_data_paths=[str(tmp_path)]).get_nlu_data() for kind in (Importer, RasaFileImporter))
    assert [message.as_dict() for message in ours.training_examples] == [message.as_dict() for message in theirs.training_examples]
    assert len(ours.training_examples) == 3
    assert ours.entity_synonyms == theirs.entity_synonyms == {"luv": "love"}
    assert ours.fingerprint() == theirs.fingerprint()


def test_without_files_there_are_no_messages(tmp_path: Path) -> None:
    assert Importer(training_data_paths=[str(tmp_path)]).get_nlu_data().is_empty()
