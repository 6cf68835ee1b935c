"""A backup: a folder that holds all that the database held at one moment, and is itself a database of SQLite."""
