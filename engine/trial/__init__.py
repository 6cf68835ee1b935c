"""A draft of the models tried on what really happened: what it would have done in every recorded case, in words."""
