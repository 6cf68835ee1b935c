"""The only package that imports SpiffWorkflow: it reads, checks and runs the drawings, without a database or a clock."""
