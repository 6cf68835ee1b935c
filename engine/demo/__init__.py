"""The demonstration: an invented authority, its people, and seven cases at different points of the pathway."""
