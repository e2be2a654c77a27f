from gradient_horizon import registries

CLAIMS = [registries.load(registries.CLAIMS, "claim", name) for name in registries.CLAIMS]


def test_a_claim_rests_on_the_experiments_of_its_tests_each_once_in_their_order():
    experiments = {claim.id: claim.experiments for claim in CLAIMS}
    assert experiments["eigen-power"] == []
    assert experiments["relu-cures-vanishing"] == ["memory-relu", "memory", "memory-identity", "explosion"]
    assert experiments["three-gates"] == ["gate-forget", "gate-input", "gate-output", "gate-importance"]
