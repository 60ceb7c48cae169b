"""Terms of control, and the ways out of them."""
