"""The border of the project: left of it tensors, right of it data frames with a schema."""
