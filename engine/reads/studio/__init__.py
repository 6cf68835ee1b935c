"""What process owners, and those who approve what they change, read of the pathway and of its drafts."""
