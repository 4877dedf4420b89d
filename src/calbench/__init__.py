"""calbench: from a readable calibration procedure to a certificate that anyone can recompute."""

__version__ = "0.1.0"
