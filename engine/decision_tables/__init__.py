"""Decision tables: which row fires, and what the rows leave open or take twice. Plain data, never anybody's code."""
