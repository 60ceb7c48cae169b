"""Corruption: one bribe rule for every post that has something to sell (model 4.9)."""
