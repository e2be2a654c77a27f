"""Forward and backward passes over time of many networks, with the gradient of every state at every step."""
