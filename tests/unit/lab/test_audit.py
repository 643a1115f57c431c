# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The audit of the demo fleet: over WinRM, from recorded snapshots, and when it fails."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab import audit, cli, demo, pwsh, record

pytest.importorskip("winrm", reason="pywinrm is not installed")


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Path:
    found = pwsh.find(download=False)
    if isinstance(found, pwsh.Missing):
        pytest.skip(f"There is no PowerShell: {found.reason}")
    monkeypatch.setenv("HYPERV_PWSH", str(found.path))
    return found.path


def test_the_demo_fleet_has_something_of_everything() -> None:
    nodes = demo.demo().nodes
    machines = [vm for node in nodes for vm in node.state["vms"]]
    assert (len(nodes), len(machines)) == (8, 64)
    assert len({node.state["os"]["build"] for node in nodes}) == 5
    assert len({node.state["language"] for node in nodes}) >= 5
    assert [node.name for node in nodes if node.endpoint == "dead"] == ["hv08"]
    assert [node.name for node in nodes if node.state.get("deny")] == ["hv07"]
    assert any("cluster" in node.state for node in nodes)
    assert {vm["state"] for vm in machines} == {"Running", "Off", "Saved", "Paused"}


def test_recording_the_demo_fleet_again_gives_the_same_data(shell: Path, tmp_path: Path) -> None:
    again = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in record.record(tmp_path)}
    kept = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in audit.RECORDED.glob("*.json")}
    assert again == kept, "the snapshots have changed; if that is right, run: python -m tests.lab record"
    assert len(kept) == 8


def test_without_powershell_the_recorded_snapshots_are_reported_loudly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HYPERV_PWSH", "none")
    assert cli.main(["audit", "--output", str(tmp_path / "reports")]) == 0
    output = capfd.readouterr().out
    assert "NO POWERSHELL, SO NO HOST IS READ" in output
    assert "HYPERV_PWSH=none" in output
    rows = [line.split() for line in output.splitlines()]
    assert [row[0] for row in rows if row and row[0].lower().startswith("hv0")] == [
        *("HV01", "HV02", "HV03", "HV04", "HV05", "HV06"),
        *("hv07", "hv08"),
    ]
    report = Path(next(row[1] for row in rows if row and row[0] == "report:"))
    assert report.is_file()
    assert report.suffix == ".html"


def test_a_lab_is_stopped_when_its_audit_fails(shell: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "reports"
    output.mkdir()
    # A file where the role wants a folder.
    (output / "snapshots").write_text("", encoding="utf-8")
    assert cli.main(["audit", "--output", str(output)]) == 1
    captured = capfd.readouterr()
    assert "Failed to write the snapshot of 'hv01'" in captured.out + captured.err
    assert "The audit failed with exit code 2" in captured.err
    assert not list((pwsh.cache_folder(os.environ) / "labs").glob(f"audit-{os.getpid()}"))
