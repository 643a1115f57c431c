# Copyright (c) 2026, hyperv.integration contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each rule of the PowerShell lint finds a bad snippet and lets a good one pass."""

from __future__ import annotations

import re
import subprocess
import typing as t
from pathlib import Path

import pytest

from ansible_collections.hyperv.integration.tests.lab import pwsh

LINT = Path(__file__).parents[2] / "tools/ps_lint.ps1"


class Case(t.NamedTuple):
    """A snippet in a file, with the rule that it breaks."""

    rule: str
    path: str
    bad: str
    good: str


HELP = """Function {name} {{
    <#
    .SYNOPSIS
    Does it.
{more}    #>
    param ({parameters})

    {body}
}}
"""


def function(name: str, body: str, parameters: str = "", more: str = "") -> str:
    return HELP.format(name=name, body=body, parameters=parameters, more=more)


MODULE = "plugins/modules/m.ps1"
SHARED = "plugins/module_utils/_S.psm1"
OTHER = "tests/lab/o.ps1"
LOUD = "Get-VM -Name x -ErrorAction SilentlyContinue"

CASES = [
    Case("syntax", OTHER, "if ($true) {\n", "if ($true) { 1 }\n"),
    Case("ps51", OTHER, "$true ? 1 : 2\n", "if ($true) { 1 } else { 2 }\n"),
    Case("ps51", OTHER, "$env:A ?? 1\n", "if ($null -eq $env:A) { 1 }\n"),
    Case("ps51", OTHER, "$x ??= 1\n$x\n", "if ($null -eq $x) { $x = 1 }\n$x\n"),
    Case("ps51", OTHER, "${env:A}?.Length\n", "$env:A.Length\n"),
    Case("ps51", OTHER, "Get-Item -LiteralPath a && Get-Item -LiteralPath b\n", "Get-Item -LiteralPath a\n"),
    Case("ps51", OTHER, "Get-Item -LiteralPath a &\n", "& 'Get-Item' -LiteralPath a\n"),
    Case("ps51", OTHER, "1..3 | ForEach-Object -Parallel { $_ }\n", "1..3 | ForEach-Object { $_ }\n"),
    Case("ps51", OTHER, "'{}' | ConvertFrom-Json -AsHashtable\n", "'{}' | ConvertFrom-Json\n"),
    Case("ps51", OTHER, '"`u{20AC}"\n', '"`t"\n'),
    Case("layout", OTHER, "if ($true) {\n\t1\n}\n", "if ($true) {\n    1\n}\n"),
    Case("layout", OTHER, "1 \n", "1\n"),
    Case("layout", OTHER, "1\r\n", "1\n"),
    Case("layout", OTHER, "1", "1\n"),
    Case("layout", OTHER, f"'{'x' * 159}'\n", f"'{'x' * 158}'\n"),
    Case("verb", OTHER, "Function Frob-It { 1 }\n", "Function Get-It { 1 }\n"),
    Case("verb", OTHER, "Function Build-It { 1 }\n", "Function New-It { 1 }\n"),
    Case("verb", OTHER, "Function it { 1 }\n", "Function Test-It { 1 }\n"),
    Case("prefix", SHARED, function("Get-Thing", "1"), function("Get-AnsibleHyperVThing", "1")),
    Case("help", SHARED, "Function Get-AnsibleHyperVX { 1 }\n", function("Get-AnsibleHyperVX", "1")),
    Case(
        "help",
        SHARED,
        function("Get-AnsibleHyperVX", "$Name", "$Name"),
        function("Get-AnsibleHyperVX", "$Name", "$Name", "\n    .PARAMETER Name\n    What it is called.\n"),
    ),
    Case(
        "help",
        "tests/tools/h.psm1",
        "Function Get-X { param ($Name) $Name }\n",
        function("Get-X", "$Name", "$Name", "\n    .PARAMETER Name\n    Its name.\n"),
    ),
    Case("length", OTHER, "Function Get-X {\n" + "    1\n" * 59 + "}\n", "Function Get-X {\n" + "    1\n" * 58 + "}\n"),
    Case("unused", OTHER, "$a = 1\n", "$a = 1\n$a\n"),
    Case("unused", OTHER, "$a = 1\n$a += 1\n", "$a = 1\n$a += 1\n$a\n"),
    Case("unused", OTHER, "Function Get-X { $a = 1 }\nGet-X\n$a\n", "Function Get-X { $a = 1; $a }\nGet-X\n"),
    Case("unused", OTHER, "$a, $b = 1, 2\n$a\n", "$a, $b = 1, 2\n$a + $b\n"),
    Case("unused", OTHER, "[int]$a = 1\n", "[int]$a = 1\n$a\n"),
    Case("unused", SHARED, "$script:A = 1\n", "$script:A = 1\n" + function("Get-AnsibleHyperVA", "$script:A")),
    Case("unused", OTHER, "Function Get-X { param ($A) 1 }\n", "Function Get-X { param ($A) $A }\n"),
    Case("unused", OTHER, "Function Get-X ($A) { 1 }\n", "Function Get-X { param ($A) Get-Item @PSBoundParameters }\n"),
    Case("unused", OTHER, "param ($A)\n1\n", "param ($A)\n$A\n"),
    Case("unused", OTHER, "$h = @{ A = 1 }\n", "$h = @{ Name = 1 }\nGet-Item @h\n"),
    Case("alias", OTHER, "dir\n", "Get-ChildItem\n"),
    Case("alias", OTHER, "1 | % { $_ }\n", "1 | ForEach-Object { $_ }\n"),
    Case("alias", MODULE, "reg.cmd\n", "Get-ItemProperty -LiteralPath HKLM:\\x\n"),
    Case("forbidden", OTHER, "Write-Host -Object x\n", "Write-Output -InputObject x\n"),
    Case("forbidden", OTHER, "$c = 'x'\nInvoke-Expression -Command $c\n", "$c = 'Get-Item'\n& $c -LiteralPath x\n"),
    Case("forbidden", OTHER, "$c = 'x'\n[scriptblock]::Create($c)\n", "[scriptblock]::Create('1')\n"),
    Case(
        "forbidden",
        OTHER,
        "$c = 'x'\n[powershell]::Create().AddScript($c)\n",
        "[powershell]::Create().AddScript('1')\n",
    ),
    Case("forbidden", MODULE, "[System.IO.File]::Exists('x')\n", "Test-Path -LiteralPath x\n"),
    Case("forbidden", MODULE, "[Microsoft.Win32.Registry]::LocalMachine\n", "[Math]::Max(1, 2)\n"),
    Case("forbidden", MODULE, "New-Object -ComObject X\n", "New-Object -TypeName X\n"),
    Case("positional", OTHER, "Join-Path a b\n", "Join-Path -Path a -ChildPath b\n"),
    Case("positional", OTHER, "Sort-Object -Unique Name\n", "Sort-Object -Unique -Property Name\n"),
    Case(
        "positional",
        OTHER,
        "Function Get-X { param ([switch]$Fast, $A) if ($Fast) { $A } }\nGet-X -Fast 1\n",
        "Function Get-X { param ([switch]$Fast, $A) if ($Fast) { $A } }\nGet-X -Fast -A 1\n",
    ),
    Case("positional", OTHER, "1 | Where-Object Name -EQ 1\n", "1 | Where-Object { $_ } | ForEach-Object { $_ }\n"),
    Case("silenced", MODULE, f"{LOUD}\n", f"# A machine that is gone is no error here.\n{LOUD}\n"),
    Case("silenced", MODULE, f"{LOUD.replace('SilentlyContinue', 'Ignore')}\n", f"{LOUD} # It may be gone.\n"),
    Case("silenced", OTHER, "& $args -ErrorAction:SilentlyContinue\n", "& $args -ErrorAction:Stop\n"),
    Case("surface", MODULE, "Get-WmiObject -Class x\n", "Get-CimInstance -ClassName x\n"),
    Case("surface", MODULE, "Get-VMProcessor -VMName x\n", "Get-VMDvdDrive -VMName x\n"),
    Case("surface", MODULE, "Get-VM -CimSession x\n", "Get-VM -Name x -ErrorAction Stop\n"),
    Case("surface", MODULE, "Get-Frob\n", "Function Get-Frob { 1 }\nGet-Frob\n"),
    Case("wildcard", OTHER, "Get-Item -Path $args\n", "Get-Item -LiteralPath $args\n"),
    Case("wildcard", MODULE, 'Test-Path -Path "$args\\x"\n', "Test-Path -Path 'C:\\x'\n"),
    Case("catch", OTHER, "try { 1 } catch { }\n", "try { 1 } catch { throw }\n"),
    Case("catch", MODULE, "try { 1 } catch { $m.FailJson('x') }\n", "try { 1 } catch { $m.FailJson('x', $_) }\n"),
    Case(
        "ends", SHARED, function("Get-AnsibleHyperVX", "$m.FailJson('x')"), function("Get-AnsibleHyperVX", "throw 'x'")
    ),
    Case("null", OTHER, "$args -eq $null\n", "$null -eq $args\n"),
    Case("null", OTHER, "$args -ne $null\n", "$null -ne $args\n"),
]
NUMBERED = list(enumerate(CASES))
NAMES = [f"{case.rule} {number}" for number, case in NUMBERED]

Findings = dict[str, set[str]]


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Findings:
    """The rules that each file breaks; one process reads them all."""
    found = pwsh.find(download=False)
    if isinstance(found, pwsh.Missing):
        pytest.skip(f"there is no PowerShell: {found.reason}")
    folder = tmp_path_factory.mktemp("lint")
    paths = []
    for number, case in enumerate(CASES):
        for kind, text in (("bad", case.bad), ("good", case.good)):
            path = folder / str(number) / kind / case.path
            path.parent.mkdir(parents=True)
            path.write_bytes(text.encode())
            paths.append(str(path.relative_to(folder)))
    (folder / "list").write_text("\n".join(paths))
    done = subprocess.run(
        [found.path, "-NoProfile", "-NonInteractive", "-File", LINT, "-List", "list"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), **pwsh.ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr or done.stdout
    broken: Findings = {path: set() for path in paths}
    for line in done.stdout.splitlines():
        parts = re.fullmatch(r"(.+?):(\d+): (\w+): (.+)", line)
        assert parts, line
        broken[parts.group(1)].add(parts.group(3))
    return broken


@pytest.mark.parametrize(("number", "case"), NUMBERED, ids=NAMES)
def test_a_bad_snippet_is_found(findings: Findings, number: int, case: Case) -> None:
    assert case.rule in findings[f"{number}/bad/{case.path}"]


@pytest.mark.parametrize(("number", "case"), NUMBERED, ids=NAMES)
def test_a_good_snippet_passes(findings: Findings, number: int, case: Case) -> None:
    assert findings[f"{number}/good/{case.path}"] == set()
