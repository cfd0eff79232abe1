"""What an operator sees of the service: its log, metrics, traces, and whether it is ready."""
