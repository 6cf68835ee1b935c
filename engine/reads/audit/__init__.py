"""What an auditor reads of a case: its replay, what was known when, the guidance beside it, who looked."""
