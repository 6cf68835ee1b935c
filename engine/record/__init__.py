"""The record that only grows: its chains and entries, its checkpoints, and the program that verifies it."""
