"""From one step of a recurrence to the gradient of every hidden state: kernels, passes over time, segments."""
