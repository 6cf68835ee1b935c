"""What moves one locked case: a task is completed, an instance goes on, messages and clocks take effect."""
