"""How well messages are read: figures on messages that nobody learnt from, and a report with pictures."""
