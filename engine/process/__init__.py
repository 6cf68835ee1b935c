"""The only package that imports SpiffWorkflow: it reads, checks and runs drawings, without a database or a clock."""
