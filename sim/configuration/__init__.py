"""From the words of a request to checked settings: names, files, Hydra, faults as sentences."""
