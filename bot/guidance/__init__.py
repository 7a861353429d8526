"""What to do next and why: plain choices over what is known of a person. Knows nothing of Rasa."""
