"""A simulated caseload: invented families, whose cases go on for years by the product's own commands."""
