"""What an administrator and everybody who works here reads of the authority itself, and the names of people."""
