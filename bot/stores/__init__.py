"""Rasa's stores, adapted."""
