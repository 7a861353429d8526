"""Custom NLU components: thin adapters between Rasa's pipeline and the plain modules beside this package."""
