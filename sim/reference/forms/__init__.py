"""The forms by which the field asks a model to be described: ODD+D, TRACE and STRESS-ABS."""
