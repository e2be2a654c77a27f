"""Forward and backward passes over time of many networks at once, with the gradient of every hidden state."""
