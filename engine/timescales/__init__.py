"""The clocks as the guidance sets them: the table, the working days, and when something is due. Pure functions."""
