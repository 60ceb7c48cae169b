"""The model's book: parameters, switches, levers and measures, one row a fact."""
