"""What a study says of arms in a setting: quantities that can be compared, and their estimates from its tables."""
