"""A double of WaveSpeed: a real HTTP server with a simulated model and a switch per fault."""

from .faults import Call, Fault
from .record import Seen
from .server import KEY, WaveSpeedDouble
from .simulate import SIZES, SimulatedModel, invert_centre, snapped, swap_channels, unchanged

__all__ = [
    "KEY",
    "SIZES",
    "Call",
    "Fault",
    "Seen",
    "SimulatedModel",
    "WaveSpeedDouble",
    "invert_centre",
    "snapped",
    "swap_channels",
    "unchanged",
]
