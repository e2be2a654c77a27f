def test_runs_say_how_many_weights_they_have(made):
    _, tables, _ = made
    runs = tables["runs"].set_index("cell")
    assert runs.loc["lstm", "recurrent_weights"] == 4 * 8 * (8 + 10)
    assert runs.loc["tanh", "recurrent_weights"] == 8 * (8 + 10)
    assert runs.loc["gru", "recurrent_weights"] == 3 * 8 * (8 + 2)
    assert runs.loc["lstm", "parameters"] == 4 * 8 * (8 + 10 + 1) + 8 * (8 + 1)
