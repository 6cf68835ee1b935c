"""A simulated caseload: invented families whose cases go through years of the pathway, by the product's own commands."""
