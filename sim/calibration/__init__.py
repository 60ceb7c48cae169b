"""Sets of parameters that fit what is known, and what the evidence does not tell."""
