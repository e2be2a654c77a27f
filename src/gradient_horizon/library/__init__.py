"""The project from Python, without its pipeline: results of studies, training, and measures of other people's networks."""
