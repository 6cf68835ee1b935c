"""Who somebody is, what they may know of and do, and what makes a function a command."""
