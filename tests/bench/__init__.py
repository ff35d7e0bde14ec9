"""Measurements: `python3 -m tests.bench [NAME …] --json FILE`."""
