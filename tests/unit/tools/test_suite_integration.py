# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which integration targets run, with which ansible-core, and what is said of those that do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab import pwsh
from ansible_collections.hyperv.integration.tests.tools import suite_integration
from ansible_collections.hyperv.integration.tests.tools.context import Context
from ansible_collections.hyperv.integration.tests.tools.jobs import Job
from ansible_collections.hyperv.integration.tests.tools.tree import Room

WINDOWS = "hosts: [{name: hv01}]\n"
FOUND = pwsh.Found(Path("/bin/sh"), "7.6.0", "made up")


@pytest.fixture
def cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with environments for two ansible-cores."""
    monkeypatch.setenv("HYPERV_CACHE", str(tmp_path / "cache"))
    for core in ("2.19", "2.21"):
        program = tmp_path / f"cache/venv-{core}/bin/ansible-playbook"
        program.parent.mkdir(parents=True)
        program.touch()
    return tmp_path / "cache"


def context(tmp_path: Path, found: pwsh.Found | pwsh.Missing, **labs: str) -> Context:
    copy = tmp_path / "copy"
    for name, text in labs.items():
        path = copy / suite_integration.TARGETS / name / "lab.yml"
        path.parent.mkdir(parents=True)
        path.write_text(text)
    (copy / "tests/integration/matrix.yml").write_text("further:\n  wide: ['2.19']\n")
    return Context(Room(tmp_path / "room"), copy, found, tmp_path)


def listed(jobs: list[Job]) -> dict[str, bool]:
    return {job.name: job.spare for job in jobs if not job.name.startswith(("all with", "1 targets"))}


@pytest.mark.usefixtures("cores")
def test_a_target_runs_with_the_newest_core_and_those_of_the_matrix(tmp_path: Path) -> None:
    made = suite_integration.jobs(context(tmp_path, FOUND, wide=WINDOWS, narrow=WINDOWS))
    assert listed(made) == {"narrow 2.19": True, "narrow 2.21": False, "wide 2.19": False, "wide 2.21": False}


@pytest.mark.usefixtures("cores")
def test_what_is_not_tried_is_named_with_its_reason(tmp_path: Path) -> None:
    made = suite_integration.jobs(context(tmp_path, FOUND, wide=WINDOWS, narrow=WINDOWS))
    skips = {skip.what: skip.reason for job in made if "ansible-core" in job.name for skip in job.work().skipped}
    assert list(skips) == ["1 targets with ansible-core-2.19", "all with ansible-core-2.20"]
    assert 'make test ARGS="integration:2.19"' in skips["1 targets with ansible-core-2.19"]
    assert "needs Python 3.12" in skips["all with ansible-core-2.20"]


@pytest.mark.usefixtures("cores")
def test_without_powershell_windows_targets_are_skipped_by_name(tmp_path: Path) -> None:
    made = suite_integration.jobs(context(tmp_path, pwsh.Missing("not here"), narrow=WINDOWS, local="{}\n"))
    outcome = next(job for job in made if job.name == "narrow").work()
    assert [(skip.what, skip.reason) for skip in outcome.skipped] == [("narrow", "there is no PowerShell: not here")]
    assert "local 2.21" in listed(made)


@pytest.mark.usefixtures("cores")
@pytest.mark.parametrize("text", ["{torn", "hosts: [{name: a}]\nneeds: [windows]\n"])
def test_a_scenario_that_cannot_be_read_fails_alone(tmp_path: Path, text: str) -> None:
    made = suite_integration.jobs(context(tmp_path, FOUND, torn=text, narrow=WINDOWS))
    outcome = next(job for job in made if job.name == "torn").work()
    assert outcome.failed == 1
    assert outcome.log
    assert "cannot be read" in outcome.log.read_text()
    assert "narrow 2.21" in listed(made)


def test_a_target_needs_what_its_nodes_are(tmp_path: Path) -> None:
    made = context(tmp_path, FOUND, windows=WINDOWS, linux="linux_guests: [{name: a}]\n", local="play_hosts: x\n")
    folder = made.copy / suite_integration.TARGETS
    assert suite_integration.read_target(folder / "windows").needs == ("pwsh",)
    assert suite_integration.read_target(folder / "linux").needs == ("linux",)
    local = suite_integration.read_target(folder / "local")
    assert (local.needs, local.has_nodes, local.play_hosts) == ((), False, "x")


def linux(kind: str) -> dict[str, str]:
    return {"one": f"linux_guests: [{{name: deb}}{', {name: plain, root: process}' if kind == 'both' else ''}]\n"}


@pytest.mark.usefixtures("cores")
def test_without_real_linux_guests_processes_take_their_place_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = context(tmp_path, FOUND, **linux("one"))
    monkeypatch.setattr(type(made), "linux", property(lambda _self: ("process", "no root")))
    jobs = suite_integration.jobs(made)
    assert listed(jobs)["one 2.21"] is False
    assert "linux roots" not in listed(jobs)
    (job,) = [job for job in jobs if job.name.startswith("real Linux guests")]
    assert [skip.reason for skip in job.work().skipped] == ["no root"]


@pytest.mark.usefixtures("cores")
@pytest.mark.parametrize(("kind", "choice"), [("one", "none"), ("both", "none")])
def test_linux_targets_can_be_forbidden(
    kind: str, choice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HYPERV_LINUX", choice)
    jobs = suite_integration.jobs(context(tmp_path, FOUND, **linux(kind)))
    (job,) = [job for job in jobs if job.name == "one"]
    assert job.work().skipped[0].reason == "HYPERV_LINUX=none forbids it"


def test_the_needs_of_a_target_are_those_of_its_nodes(tmp_path: Path) -> None:
    for text, needs in (
        (WINDOWS, ("pwsh",)),
        (linux("one")["one"], ("linux",)),
        (linux("both")["one"], ("process", "linux")),
        ("linux_guests: [{name: plain, root: process}]\nneeds: [process, ssh]\n", ("process", "ssh")),
    ):
        (tmp_path / "lab.yml").write_text(text)
        assert suite_integration.read_target(tmp_path).needs == needs
