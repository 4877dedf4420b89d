"""What simulated thermometers, wells, humidity probes and pressure controllers are made of."""
