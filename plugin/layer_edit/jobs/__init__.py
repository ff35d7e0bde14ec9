"""Jobs: their states, their folder on disk, and the threads that carry them out. No Qt."""
