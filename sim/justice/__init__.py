"""What the state and helpers do when they meet people: encounters, identification, protection, return."""
