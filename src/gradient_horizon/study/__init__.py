"""What is asked: the model of config.yaml, its problems, the plan of runs, and what a run may cost."""
