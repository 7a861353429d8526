"""Safety rules as plain functions: a text in, the dangers out. Knows nothing of Rasa."""
