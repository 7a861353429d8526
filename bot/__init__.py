"""Mend: a guide for people whose trust was broken. This package holds everything that is not a Rasa action."""
