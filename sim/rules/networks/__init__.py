"""Partners of enterprises, how enterprises change, and operations against them."""
