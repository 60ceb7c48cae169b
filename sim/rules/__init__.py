"""What people and organisations do, as kernels and closed forms; they see no scenario and no builder of state."""
