"""The reply generator that Rasa asks for every `utter_…`."""
