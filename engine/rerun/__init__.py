"""A case done again from its entries, and what then is not as it was recorded (docs/rerun.md)."""
