"""Words, files and their faults: what is asked for becomes a typed scenario."""
