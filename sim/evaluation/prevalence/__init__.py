"""How many people are there? Methods that estimate it, held against a world in which the number is known."""
