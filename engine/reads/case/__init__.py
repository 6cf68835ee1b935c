"""What the page of a case shows: where it stands, its deadlines, what happened and what was answered."""
