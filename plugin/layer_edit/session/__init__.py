"""Wishes become jobs here, and results layers: what lies between the docker and the rest."""
