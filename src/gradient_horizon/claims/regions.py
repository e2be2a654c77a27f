"""The values at which tests pass, fixed before any run; each is named after the reason for its ends."""

from gradient_horizon.claims.outcome import Region

LONGER = Region("longer", low=1)
SIMILAR_LENGTH = Region("similar-length", 1 / 1.5, 1.5)
SIMILAR_ACCURACY = Region("similar-accuracy", -0.05, 0.05)
STEPS_IN_THE_LECTURE = Region("steps-in-the-lecture", 5, 10)
SHORT = Region("short", high=50)
FACTOR_TWO = Region("factor-two", 0.5, 2)

NEARLY_ALL = Region("nearly-all", low=0.95)
MORE_OFTEN_THAN_NOT = Region("more-often-than-not", low=0.5)
LESS_OFTEN_THAN_NOT = Region("less-often-than-not", high=0.5)
RARE = Region("rare", high=0.05)
MORE = Region("more", low=0.05)
NO_MORE = Region("no-more", high=0.05)

TWO_PER_CENT = Region("two-per-cent", 0.98, 1.02)
TENFOLD = Region("tenfold", high=10)
SHRINKS = Region("shrinks", high=1)
GROWS = Region("grows", low=1)
STRAIGHT = Region("straight", low=0.99)
EXPONENTIAL = Region("exponential", low=0)
CLEAR_ORDER = Region("clear-order", low=0.5)
HALF_WAY = Region("half-way", high=0.5)
A_HUNDREDTH = Region("a-hundredth", high=0.01)
A_TENTH = Region("a-tenth", high=0.1)
OPEN = Region("open", 0.1, 10)
MOST = Region("most", low=0.5)

LARGE_RISE = Region("large-rise", low=0.8)
LARGE_FALL = Region("large-fall", high=-0.8)
DESTROYED = Region("destroyed", high=0.5)
LEFT = Region("left", low=0.5)
HIDDEN = Region("hidden", low=0.05)

HALF_OF_FLOAT64 = Region("half-of-float64", high=1e-10)
SOME_DIGITS_OF_FLOAT32 = Region("some-digits-of-float32", high=1e-6)
MACHINE_PRECISION = Region("machine-precision", high=1e-14)
THREE_QUARTERS = Region("three-quarters", 0.75, 0.75)
ABOUT_THREE_QUARTERS = Region("about-three-quarters", 0.7, 0.8)
NOTHING_AT_ALL = Region("nothing-at-all", 0, 0)
BEYOND_THE_WINDOW = Region("beyond-the-window", low=11)
