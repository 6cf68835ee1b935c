"""How alike two descriptions of a child are, and by which keys alike ones are found: no database, no clock."""
