"""The command `newscite`, one file a group of commands.

Nothing heavy is imported at module level here: `newscite --help` answers in under a second.
"""
