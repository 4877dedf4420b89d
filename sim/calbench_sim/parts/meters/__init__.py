"""What simulated meters of electricity, water, gas and heat are made of: registers, and the objects that show them."""
