"""From Python, without the pipeline: results of studies, training, and measures of other people's networks."""
