"""The studio: real Redis, real processes, an engine that waits."""
