"""Long sessions over a bad network: every second of sound exactly once, in order, at its time."""
