"""The evaluator's laboratory: what an evaluation would say, held against a world whose truth is known."""
