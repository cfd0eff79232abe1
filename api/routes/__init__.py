"""The routes, one file a noun. A route parses, calls the engine or the pipeline, and returns."""
