# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible compiles is kept, and behaves as if it had been compiled."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from ansible.module_utils import powershell

from ansible_collections.hyperv.integration.tests.lab import pwsh, session

ADD_TYPE = Path(next(iter(powershell.__path__))) / "Ansible.ModuleUtils.AddType.psm1"
GREETER = """
//TypeAccelerator -Name Greeter -TypeName GreeterType
public class GreeterType { public static string Greet(string name) { return "hello " + name; } }
"""


@pytest.fixture(scope="module")
def windows() -> session.Windows:
    found = pwsh.find(download=False)
    if isinstance(found, pwsh.Missing):
        pytest.skip(f"There is no PowerShell: {found.reason}")
    return session.Windows.prepare(found.path)


def run(windows: session.Windows, types: Path, script: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **session.RUNTIME,
        "DOTNET_STARTUP_HOOKS": str(windows.types),
        "HOME": str(types.parent),
        "HYPERV_LAB_TYPES": str(types),
        "PATH": os.environ["PATH"],
    }
    load = f"$null = New-Module -Name AddType -ScriptBlock ([scriptblock]::Create((Get-Content -Raw '{ADD_TYPE}')))"
    command = f"{load} | Import-Module -Scope Global; {script}"
    return subprocess.run(
        [str(windows.pwsh), "-NoProfile", "-NonInteractive", "-Command", command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_second_process_takes_what_the_first_compiled(windows: session.Windows, tmp_path: Path) -> None:
    types = tmp_path / "types"
    script = "Add-CSharpType -References @'\n{}\n'@{}; [Greeter]::Greet('you')"
    hello, goodbye = GREETER, GREETER.replace("hello", "goodbye")
    first = run(windows, types, script.format(hello, ""))
    assert (first.stdout, first.stderr) == ("hello you\n", "")
    (kept,) = types.iterdir()
    other = run(windows, types, script.format(goodbye, " -PassThru | Out-Null"))
    assert (other.stdout, other.stderr) == ("goodbye you\n", "")
    (changed,) = set(types.iterdir()) - {kept}
    # Whoever finds the other assembly under this name has not compiled the source.
    changed.replace(kept)
    assert run(windows, types, script.format(hello, "")).stdout == "goodbye you\n"


def test_another_symbol_is_compiled_anew(windows: session.Windows, tmp_path: Path) -> None:
    types = tmp_path / "types"
    for symbols in ("", " -CompileSymbols LAB", " -IgnoreWarnings"):
        run(windows, types, f"Add-CSharpType -References @'\n{GREETER}\n'@{symbols}")
    assert len(list(types.iterdir())) == 3


def test_an_error_of_the_compiler_stays_an_error(windows: session.Windows, tmp_path: Path) -> None:
    types = tmp_path / "types"
    for _unused in range(2):
        result = run(
            windows, types, "try { Add-CSharpType -References 'public class {' } catch { $_.Exception.Message }"
        )
        assert result.stdout.startswith("Failed to compile C# code:")
    assert not types.exists()
