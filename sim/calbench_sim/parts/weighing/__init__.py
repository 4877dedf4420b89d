"""What simulated scales and balances are made of: the weighing cell, the display, the indicator."""
