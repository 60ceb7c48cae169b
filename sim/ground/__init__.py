"""What knows nothing of the model: errors, quantities, kernels, draws, tables, files."""
