"""What people run by hand: plans, checks, comparisons and the schema of config.yaml."""
