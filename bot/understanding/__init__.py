"""From a text to its meaning: the encoder, the network trained on top of it, and how sure its numbers are. Knows nothing of Rasa."""
