"""The settings that claims are asked in: experiments of the configuration, each a task with its width and budget."""

RECALL_32 = "recall-32"
RECALL_64 = "recall-64"
RECALL_128 = "recall-128"
ADDING_32 = "adding-32"
ADDING_128 = "adding-128"
THROUGHOUT_32 = "recall-throughout-32"
RECALL_PATIENT = "recall-32-patient"
RECALL_64_PATIENT = "recall-64-patient"
RECALL_MOMENTUM = "recall-32-momentum"
RECALL_UNCLIPPED = "recall-32-unclipped"
RECALL_37 = "recall-37"
RECALL_67 = "recall-67"
RECALL_500 = "recall-500"
SELECTIVE_32 = "selective-32"
RESET_32 = "reset-32"

COMPARED = (RECALL_32, ADDING_32, RECALL_64)
"""Where every comparing claim is asked, in every study."""

WIDELY = (RECALL_128, ADDING_128, RECALL_64_PATIENT, RECALL_MOMENTUM, THROUGHOUT_32)
"""Where it is asked too, in studies that have the runs: those of the preset `robust`, of other networks than these."""

OTHER_TASKS = ("temporal-order-32", "digits-32", "digits-permuted-32")

FLOW = "flow"
POWERS = "powers"
POWERS_BOUNDED = "powers-bounded"
RADIUS = "radius"
TRUNCATED = "truncated"
EARLY_STEPS = "early-steps"
HIGHWAY = "highway"
GATE_RECALL = "gate-recall"

EXPLOSION = "explosion"
EXPLOSION_BOUNDED = "explosion-bounded"
EXPLOSION_SHORT = "explosion-short"
EXPLOSION_FLOAT64 = "explosion-float64"
EXPLOSION_RATES = "explosion-rates"
EXPLOSION_TIGHT = "explosion-tight"
