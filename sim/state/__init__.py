"""What changes during a run, and how it is built."""
