"""What simulated calibrators, power standards and supplies are made of: outputs, ranges, remote languages."""
