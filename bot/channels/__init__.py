"""How people reach Mend."""
