"""What officials sell, and who turns."""
