"""Lists: the inbox, the cases, a team and its workload."""
