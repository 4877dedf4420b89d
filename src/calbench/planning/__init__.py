"""Planning: binds a procedure to a station, expands every point, predicts U and TUR, and refuses what cannot work."""
