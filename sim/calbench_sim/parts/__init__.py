"""Parts that several simulated instruments share, by kind. No models: the catalog finds none here."""
