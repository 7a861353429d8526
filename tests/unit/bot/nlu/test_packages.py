"""What our components ask Rasa to check before it trains."""

import pytest
from rasa.engine.training.fingerprinting import calculate_fingerprint_key
from rasa.utils.common import find_unavailable_packages

from bot.nlu.meaning_classifier import MeaningClassifier
from bot.nlu.safety_guard import SafetyGuard
from bot.nlu.spacy_nlp import SpacyNLP


@pytest.mark.parametrize("component", [MeaningClassifier, SafetyGuard, SpacyNLP])
def test_every_package_is_there_under_the_name_that_rasa_looks_for_and_has_a_version(component: type) -> None:
    assert find_unavailable_packages(component.required_packages()) == set()
    assert calculate_fingerprint_key(component, component.get_default_config(), {})
