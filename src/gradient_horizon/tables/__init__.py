"""Tables: from the arrays of runs to data frames with a schema, which everything downstream reads."""
