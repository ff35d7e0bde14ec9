"""For every test run: its order, what workers print, a search for the key, its numbers."""

from __future__ import annotations

import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.double import KEY
from tests.keysearch import files, holders

HERE = Path(__file__).parent
RUN_FILE = "run.json"
"""What the harness of the real-Krita tests leaves for each run of a Krita."""

SUMMARY = "LAYER_EDIT_TEST_SUMMARY"
"""Names the file that the numbers of this run are written to."""

KRITA = "LAYER_EDIT_KRITA"
"""Names a Krita other than the machine's own: its tests are run, and no others."""

PRINTED = "printed"

SECONDS = {
    "krita/test_pictures.py": 130,
    "krita/test_meanwhile.py": 95,
    "krita/test_frame.py": 90,
    "contract/test_killed.py": 80,
    "krita/test_words.py": 75,
    "krita/test_results.py": 75,
    "krita/test_selections.py": 70,
    "contract/test_wavespeed_fuzz.py": 55,
    "krita/test_colours.py": 50,
    "contract/test_wavespeed_faults.py": 50,
    "krita/test_layer_kinds.py": 45,
    "krita/test_protected.py": 40,
    "krita/test_money.py": 40,
    "krita/test_runs.py": 32,
    "krita/test_sources.py": 30,
    "krita/test_package.py": 30,
    "krita/test_queue.py": 30,
    "krita/test_steps_restart.py": 28,
    "krita/test_any_document.py": 28,
    "krita/test_busy.py": 26,
    "krita/test_crash.py": 26,
    "studio/test_nothing_lost.py": 25,
    "krita/test_runs_service.py": 24,
    "contract/test_job_matrix.py": 20,
    "contract/test_job_fuzz.py": 15,
    "studio/test_chaos.py": 15,
    "studio/test_launcher.py": 15,
    "studio/test_protocol.py": 12,
    "studio/test_fair_share.py": 10,
}
"""Of long files, about. With several workers the longest come first, or one would end alone."""

OTHER_KRITA_SECONDS = 20

LEAKS = pytest.StashKey[list[Path]]()
SEARCHED = pytest.StashKey[int]()

# How long one example takes says something about the machine, not about the code.
settings.register_profile(
    "here", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("here")


def is_worker(config: pytest.Config) -> bool:
    """Whether this process runs tests for another one, which prints and counts them."""
    return hasattr(config, "workerinput")


# -- which tests, and in which order ----------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """For another Krita only the tests in it; in a worker the longest files first."""
    if os.environ.get(KRITA):
        others = [item for item in items if HERE / "krita" not in item.path.parents]
        items[:] = [item for item in items if HERE / "krita" in item.path.parents]
        config.hook.pytest_deselected(items=others)
    if is_worker(config):
        items.sort(key=lambda item: -seconds(item.path))


def seconds(file: Path) -> float:
    """About how long a file of tests takes."""
    name = file.relative_to(HERE).as_posix() if HERE in file.parents else file.name
    return SECONDS.get(name, OTHER_KRITA_SECONDS if name.startswith("krita/") else 0)


# -- what workers print -----------------------------------------------------------------------


@pytest.fixture
def capsys(
    capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> pytest.CaptureFixture[str]:
    """pytest's own; but what a worker prints with `capsys.disabled()` reaches the terminal too."""
    if is_worker(request.config):

        @contextlib.contextmanager
        def sent():
            with contextlib.redirect_stdout(io.StringIO()) as text:
                yield
            request.node.user_properties.append((PRINTED, text.getvalue()))

        capsys.disabled = sent
    return capsys


class Terminal:
    """In the process with the terminal: prints what workers sent."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Every report carries all that was sent so far; the last one is the teardown's."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if report.when == "teardown" and reporter is not None:
            for name, text in report.user_properties:
                if name == PRINTED:
                    reporter.ensure_newline()
                    reporter.write(text)


def pytest_configure(config: pytest.Config) -> None:
    """Workers have no terminal."""
    if not is_worker(config):
        config.pluginmanager.register(Terminal(config))


# -- at the end -------------------------------------------------------------------------------


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """The key is in no file that any test of this run has written; else the run has failed.

    Journals, logs, settings, documents, results, reports. Krita's profiles are searched by the
    harness, before it removes them. Workers have ended by now; their files are in this folder.
    """
    config = session.config
    if is_worker(config) or config.option.collectonly:
        return
    folder = written(config)
    config.stash[SEARCHED] = len(files(folder))
    config.stash[LEAKS] = holders(folder, KEY)
    if config.stash[LEAKS]:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def written(config: pytest.Config) -> Path:
    """The folder of all files that this run's tests have written."""
    return config._tmp_path_factory.getbasetemp()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """What the search found, what was started again, and the numbers for whoever asked for them."""
    if is_worker(config) or SEARCHED not in config.stash:
        return
    leaks = config.stash[LEAKS]
    terminalreporter.write_line(
        f"searched {config.stash[SEARCHED]:,} files of this test run for the key: "
        + ("FAILED, it is in" if leaks else "it is in none"),
        red=bool(leaks),
    )
    for file in leaks:
        terminalreporter.write_line(f"  {file}", red=True)
    runs = [json.loads(file.read_text("utf-8")) for file in files(written(config))
            if file.name == RUN_FILE]  # fmt: skip
    again = [f"'{run['scenario']}' was started again: {run['again']}" for run in runs
             if run["again"]]  # fmt: skip
    for line in again:
        terminalreporter.write_line(line, yellow=True)
    if os.environ.get(SUMMARY):
        numbers = counts(terminalreporter, leaks)
        kritas = sorted({run["krita"] for run in runs})
        told = json.dumps({**numbers, "kritas": kritas, "again": again})
        Path(os.environ[SUMMARY]).write_text(told, "utf-8")


def counts(reporter: pytest.TerminalReporter, leaks: list[Path]) -> dict[str, Any]:
    """Passed, failed (errors and a found key among them) and skipped tests."""
    number = {name: len(reports) for name, reports in reporter.stats.items()}
    failed = number.get("failed", 0) + number.get("error", 0) + bool(leaks)
    return {
        "passed": number.get("passed", 0),
        "failed": failed,
        "skipped": number.get("skipped", 0),
    }
