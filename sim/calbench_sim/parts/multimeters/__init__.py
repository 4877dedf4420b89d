"""What simulated multimeters and counters are made of: inputs, functions, triggers, remote languages."""
