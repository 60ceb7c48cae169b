"""What everybody faces this week, once."""
