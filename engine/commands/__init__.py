"""What people and the clock may do: one function is one transaction."""
