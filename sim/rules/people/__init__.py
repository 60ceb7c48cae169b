"""How people choose, what they believe, and what becomes of them."""
