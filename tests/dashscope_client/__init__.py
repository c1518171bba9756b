"""The vendor's own client against the simulator: what keeps the simulator honest."""
