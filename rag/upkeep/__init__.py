"""What keeps a corpus whole: rebuilding its indexes, backing it up and restoring it."""
