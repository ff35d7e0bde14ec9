"""HTTP for every backend: bounded in time and size, and careful with keys."""
