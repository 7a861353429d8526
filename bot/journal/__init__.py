"""The journal: what a person logged, in a database of its own. Knows nothing of Rasa."""
