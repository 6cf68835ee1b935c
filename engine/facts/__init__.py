"""What holds in a case, for a child or in an authority now: one answer for commands and for pages alike."""
