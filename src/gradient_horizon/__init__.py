"""How far back does a recurrent network remember? Claims about vanishing and exploding gradients, judged from runs."""

__version__ = "0.1.0"
