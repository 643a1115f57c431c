# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runner of the checks: what runs, what is counted, and what the last line says."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.tools import commands, jobs, run, suite_pytest, suite_sanity
from ansible_collections.hyperv.integration.tests.tools.jobs import Job, Outcome, Pool, Skip


def job(name: str = "one", outcome: Outcome | None = None, suite: str = "units", alone: str = "") -> Job:
    return Job(suite, name, lambda: outcome or Outcome(passed=1), alone)


def report_of(tmp_path: Path, *made: Job) -> tuple[run.Report, int]:
    report = run.Report(list(made), tmp_path / "times.txt")
    Pool(made, tmp_path, report.finished).run(2)
    return report, report.close()


def test_the_last_line_is_the_sum_over_all_suites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    skipped = Outcome(passed=2, skipped=[Skip("pslint", "it is not here")])
    _report, code = report_of(tmp_path, job(outcome=skipped), job("b", Outcome(passed=3), "lab"))
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "5 passed, 0 failed, 1 skipped"
    assert "  units: pslint: it is not here" in lines
    assert code == 0


def test_a_failure_is_named_and_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log"
    log.write_text("first\nthe reason\n")
    _report, code = report_of(tmp_path, job(outcome=Outcome(passed=1, failed=1, log=log)))
    out = capsys.readouterr().out
    assert "FAILED units:one" in out
    assert "the reason" in out
    assert out.splitlines()[-1] == "1 passed, 1 failed, 0 skipped"
    assert code == 1


def test_nothing_passed_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _report, code = report_of(tmp_path, job(outcome=Outcome(skipped=[Skip("all", "nothing is here")])))
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 0 failed, 1 skipped"
    assert code == 1


def test_an_exception_is_a_failure_with_its_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Outcome:
        raise ValueError("torn")

    _report, code = report_of(tmp_path, Job("units", "broken", broken))
    assert "ValueError: torn" in capsys.readouterr().out
    assert code == 1


def test_equal_skips_are_one_line_with_their_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report_of(tmp_path, job(outcome=Outcome(passed=1, skipped=[Skip("test_x", "no pwsh")] * 3)))
    out = capsys.readouterr().out
    assert "  units: test_x (3 tests): no pwsh" in out
    assert out.splitlines()[-1] == "1 passed, 0 failed, 3 skipped"


def test_jobs_of_one_lane_never_run_at_once(tmp_path: Path) -> None:
    now, most = [0], [0]
    lock = threading.Lock()

    def work() -> Outcome:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1
        return Outcome(passed=1)

    Pool([Job("s", str(number), work, "lane") for number in range(5)], tmp_path, lambda *_ignored: None).run(3)
    assert most[0] == 1


@pytest.mark.parametrize(
    ("name", "spare", "part", "fitting"),
    [
        ("target 2.21", False, "", True),
        ("target 2.19", True, "", False),
        ("target 2.21", False, "target", True),
        ("target 2.19", True, "target", False),
        ("target 2.19", True, "2.19", True),
        ("target 2.19", True, "target *", True),
        ("target 2.21", False, "other", False),
        ("ruff check", False, "ruff", True),
        ("mypy", False, "mypy", True),
    ],
)
def test_a_part_picks_jobs(name: str, spare: bool, part: str, fitting: bool) -> None:
    assert run.fits(Job("s", name, Outcome, spare=spare), part) is fitting


def run_command(tmp_path: Path, text: str, seconds: float = 20) -> tuple[int, str]:
    log = tmp_path / "log"
    code = commands.run(["sh", "-c", text], log, cwd=tmp_path, env=os.environ, seconds=seconds)
    return code, log.read_text()


def ends(pid_file: Path) -> bool:
    """The process is gone within some seconds, or waits for nothing but its parent's notice."""
    stat = Path("/proc", pid_file.read_text().strip(), "stat")
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not stat.exists() or ") Z " in stat.read_text():
            return True
        time.sleep(0.02)
    return False


def test_a_log_holds_the_command_and_both_its_outputs(tmp_path: Path) -> None:
    code, log = run_command(tmp_path, "echo out; echo err >&2; exit 3")
    assert code == 3
    assert log == "$ sh -c echo out; echo err >&2; exit 3\nout\nerr\n"


def test_a_command_is_ended_with_its_children_when_its_time_is_up(tmp_path: Path) -> None:
    started = time.monotonic()
    code, log = run_command(tmp_path, "sleep 60 & echo $! > child; wait", seconds=0.3)
    assert code == 124
    assert "ended after its 0.3 s" in log
    assert time.monotonic() - started < 10
    assert ends(tmp_path / "child")


def test_nothing_is_left_running_behind_a_command(tmp_path: Path) -> None:
    code, _log = run_command(tmp_path, "sleep 60 >/dev/null 2>&1 & echo $! > child")
    assert code == 0
    assert ends(tmp_path / "child")


def test_junit_is_counted_with_the_reasons_of_skips(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="a.test_b" name="x"/>'
        '<testcase classname="a.test_b" name="y"><failure message="no"/></testcase>'
        '<testcase classname="a.test_b" name="z"><error message="no"/></testcase>'
        '<testcase classname="a.test_b" name="w"><skipped message="no root"/></testcase></testsuite></testsuites>'
    )
    outcome = suite_pytest.junit_outcome(report, tmp_path)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 2, [Skip("a.test_b", "no root")])


SANITY = """Running sanity test "pep8"
Running sanity test "compile" on Python 3.12
Running sanity test "compile" on Python 3.13
WARNING: Skipping sanity test "compile" on Python 3.14 because it could not be found.
Running sanity test "pylint"
ERROR: plugins/x.py:1:1: disallowed-name: Disallowed name "_"
"""


def test_sanity_is_counted_by_test_and_python(tmp_path: Path) -> None:
    log = tmp_path / "sanity.log"
    log.write_text(
        f"{SANITY}FATAL: The 1 sanity test(s) listed below (out of 4) failed. See error output above.\npylint\n"
    )
    outcome = suite_sanity.sanity_outcome(1, log)
    assert (outcome.passed, outcome.failed) == (3, 1)
    assert outcome.skipped == [Skip('sanity test "compile" on Python 3.14', "it could not be found.")]
    assert outcome.log
    assert 'Disallowed name "_"' in outcome.log.read_text()


def test_sanity_that_breaks_down_is_a_failure(tmp_path: Path) -> None:
    log = tmp_path / "sanity.log"
    log.write_text('Running sanity test "pep8"\nTraceback\n')
    assert suite_sanity.sanity_outcome(1, log).failed == 1
    assert jobs.Outcome().failed == 0
