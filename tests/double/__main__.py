"""`python3 -m tests.double --port 8791 [--seconds 10] [--fault NAME[@call][*times]]`."""

from __future__ import annotations

import argparse
import sys
import time

from . import KEY, Call, Fault, SimulatedModel, WaveSpeedDouble


def main() -> int:
    """Run the double until Ctrl-C, or for a while; print what it sees."""
    options = _parser().parse_args()
    if options.list_faults:
        for fault in Fault:
            calls = ",".join(call.value for call in fault.calls)
            print(f"{fault.name:22} {calls:45} {fault.text}")
        return 0
    double = WaveSpeedDouble(
        key=options.key,
        model=SimulatedModel(scale=options.scale, shift=tuple(options.shift)),
        duration=(min(options.seconds), max(options.seconds)),
        port=options.port,
        balance=options.balance,
        concurrency=options.concurrency,
    )
    with double:
        for text in options.fault:
            double.set_fault(*_fault(text))
        print(f"WAVESPEED_API_KEY={options.key}")
        print(f"base URL {double.url}", flush=True)
        _show_until_interrupted(double)
    return 0


def _show_until_interrupted(double: WaveSpeedDouble) -> None:
    shown = 0
    try:
        while True:
            time.sleep(0.2)
            for seen in double.requests[shown:]:
                shown += 1
                print(
                    f"{seen.host:9} {seen.method:6} {seen.path:70} {seen.size:>9} B "
                    f"-> {seen.status} {seen.delivery.value}  spent ${double.spent:.2f}",
                    flush=True,
                )
    except KeyboardInterrupt:
        print(
            f"{double.submits} submits, {double.accepted} accepted, ${double.spent:.2f}, "
            f"{len(double.violations)} violations"
        )


def _fault(text: str) -> tuple[Fault, Call | None, int | None]:
    rest, _, times = text.partition("*")
    name, _, call = rest.partition("@")
    return Fault[name.upper()], Call(call) if call else None, int(times) if times else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m tests.double", description=__doc__)
    add = parser.add_argument
    add("--port", type=int, default=0, help="port of the API; 0 chooses one")
    add("--seconds", type=float, nargs="+", default=[3.0], help="how long a job takes, or a range")
    add("--fault", action="append", default=[], metavar="NAME[@call][*times]")
    add("--list-faults", action="store_true")
    add("--key", default=KEY)
    add("--scale", type=float, default=1.0, help="factor on the sides of results")
    add("--shift", type=float, nargs=2, default=(0.0, 0.0), help="pixels right and down")
    add("--balance", type=float, default=10.0, help="US dollars")
    add("--concurrency", type=int, default=None, help="jobs at once before HTTP 429")
    return parser


if __name__ == "__main__":
    sys.exit(main())
