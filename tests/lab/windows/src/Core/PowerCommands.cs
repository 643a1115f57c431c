// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Commands that stop, restart or set up the simulated machine, never the real one.

using System;
using System.Management.Automation;

namespace WindowsLab
{
    [Cmdlet("Restart", "LabComputer", SupportsShouldProcess = true)]
    public sealed class RestartLabComputerCommand : LabCmdlet
    {
        const string ErrorId = "RestartcomputerFailed,Microsoft.PowerShell.Commands.RestartComputerCommand";

        [Parameter(Position = 0)]
        public string[] ComputerName { get; set; }

        [Parameter]
        public SwitchParameter Force { get; set; }

        [Parameter]
        public SwitchParameter Wait { get; set; }

        [Parameter]
        public int Timeout { get; set; }

        protected override void Process()
        {
            if (!ShouldProcess("localhost (" + Here.ComputerName + ")"))
            {
                return;
            }
            var code = GuestRestart.Ask(Here);
            if (code != GuestRestart.Done)
            {
                var text = "Failed to restart the computer " + Here.ComputerName + " with the following error message: ";
                var reason = new InvalidOperationException(text + GuestRestart.Text(code));
                WriteError(new ErrorRecord(reason, ErrorId, ErrorCategory.OperationStopped, Here.ComputerName));
            }
        }
    }

    [Cmdlet("Stop", "LabComputer", SupportsShouldProcess = true)]
    public sealed class StopLabComputerCommand : LabCmdlet
    {
        [Parameter(Position = 0)]
        public string[] ComputerName { get; set; }

        [Parameter]
        public SwitchParameter Force { get; set; }

        protected override void Process()
        {
            if (ShouldProcess("localhost (" + Here.ComputerName + ")"))
            {
                GuestPower.ShutDown(Here);
            }
        }
    }

    /// <summary>What a program that was started without Start-Process hands over to: its file and arguments come by environment.</summary>
    [Cmdlet("Invoke", "LabProgram")]
    public sealed class InvokeLabProgramCommand : LabCmdlet
    {
        protected override void Process()
        {
            var program = LabProgram.At(Environment.GetEnvironmentVariable("LAB_PROGRAM") ?? "");
            if (program == null)
            {
                throw new PSInvalidOperationException("LAB_PROGRAM names no program of the lab.");
            }
            var process = program.Start(Here, Environment.GetEnvironmentVariable("LAB_ARGUMENTS") ?? "", Console.Error);
            process.WaitForExit();
            WriteObject(process.ExitCode);
        }
    }
}
