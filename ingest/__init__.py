"""What an article goes through: read, cleaned, cut into passages, embedded and indexed."""
