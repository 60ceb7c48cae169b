"""From the words of a request to checked settings: names, folders of configuration files, Hydra, faults as sentences."""
