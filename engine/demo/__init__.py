"""The demonstration: an invented authority, its people, and six cases at different points of the pathway."""
