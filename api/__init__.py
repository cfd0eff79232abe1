"""The doors of newscite: the HTTP service with its page, and the command line."""
