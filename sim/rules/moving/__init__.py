"""Ways to move: channels, providers, journeys, borders."""
