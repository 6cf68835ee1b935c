"""What everything stands on: the time, identifiers, refusals, settings and the database. It knows nothing of a case."""
