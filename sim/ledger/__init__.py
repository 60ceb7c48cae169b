"""What is written down of a run: counters and events."""
