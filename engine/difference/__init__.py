"""What two bundles say differently, in the words of a process owner; `between_models.py` is the way in."""
