"""The learning rate of each seed, chosen by the others: most solved, then soonest, then nearest to the middle."""


def choose(networks, budget):
    """The rate of each seed, from networks as `outcome.json` has them; the lower of two that are as good."""
    rates = sorted({each["learning_rate"] for each in networks})
    chosen = {}
    for seed in dict.fromkeys(each["seed"] for each in networks):
        merits = []
        for place, rate in enumerate(rates):
            others = [each for each in networks if each["learning_rate"] == rate and each["seed"] != seed]
            solved = sum(each["status"] == "solved" for each in others)
            updates = sum(each["update"] if each["status"] == "solved" else budget for each in others)
            merits.append((-solved, updates, abs(place - (len(rates) - 1) // 2), place))
        chosen[seed] = rates[min(merits)[-1]]
    return chosen
