"""What pages show: frozen dataclasses read from the projections. Nothing here changes anything."""
