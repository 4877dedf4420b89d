"""What simulated benches for volume and flow are made of: liquids and gas, and what they pass through."""
