"""Two files that were made from one become one again, part by part; `both_changed.py` is the way in."""
