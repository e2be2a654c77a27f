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

MODERN_RECALL = "modern-recall"
MODERN_ADDING = "modern-adding"
MODERN_SELECTIVE = "modern-selective"
MODERN = (MODERN_RECALL, MODERN_ADDING, MODERN_SELECTIVE)
"""Where the lecture's cells stand beside later ones, all with 32 units."""

MODERN_EQUAL = tuple(f"{setting}-equal" for setting in MODERN)
"""The same with about as many parameters for every cell as tanh has with 32 units."""

PARITY_32 = "parity-32"
S3_32, S3_64 = "s3-32", "s3-64"
PARITY_LAST, S3_LAST = "parity-last", "s3-last"
TRACKED = (PARITY_32, S3_32, S3_64, PARITY_LAST, S3_LAST)
"""Where the state has to be tracked, rather than something remembered; in the last two with one answer, at the end."""

TRACKING_FLOW = "tracking-flow"
ASSOCIATIVE = {width: f"associative-{width}" for width in (16, 32, 64)}
"""Associative recall, by the number of hidden units."""

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
