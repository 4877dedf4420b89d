"""What every request passes before anything reads it, and what every answer carries."""
