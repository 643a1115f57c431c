// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Start-Process: programs of the lab are simulated, all others go to the engine's own cmdlet.

using System;
using System.Collections;
using System.IO;
using System.Management.Automation;

namespace WindowsLab
{
    [Cmdlet("Start", "LabProcess", SupportsShouldProcess = true)]
    public sealed class StartLabProcessCommand : LabCmdlet
    {
        const string Real = "param($given) Microsoft.PowerShell.Management\\Start-Process @given";

        [Parameter(Mandatory = true, Position = 0)]
        [Alias("PSPath", "Path")]
        [ValidateNotNullOrEmpty]
        public string FilePath { get; set; }

        [Parameter(Position = 1)]
        [Alias("Args")]
        public string[] ArgumentList { get; set; }

        [Parameter]
        public string WorkingDirectory { get; set; }

        [Parameter]
        [Alias("NNW")]
        public SwitchParameter NoNewWindow { get; set; }

        [Parameter]
        public SwitchParameter PassThru { get; set; }

        [Parameter]
        public SwitchParameter Wait { get; set; }

        [Parameter]
        public string Verb { get; set; }

        [Parameter]
        public string WindowStyle { get; set; }

        [Parameter]
        [Alias("RSE")]
        public string RedirectStandardError { get; set; }

        [Parameter]
        [Alias("RSI")]
        public string RedirectStandardInput { get; set; }

        [Parameter]
        [Alias("RSO")]
        public string RedirectStandardOutput { get; set; }

        [Parameter]
        public SwitchParameter UseNewEnvironment { get; set; }

        [Parameter]
        public Hashtable Environment { get; set; }

        protected override void Process()
        {
            var program = LabProgram.At(LocalPath());
            if (program == null)
            {
                var given = new Hashtable(MyInvocation.BoundParameters, StringComparer.OrdinalIgnoreCase);
                foreach (var shown in InvokeCommand.NewScriptBlock(Real).Invoke(given))
                {
                    WriteObject(shown);
                }
                return;
            }
            if (!ShouldProcess(FilePath))
            {
                return;
            }
            var output = RedirectStandardOutput == null ? null : Here.Local(RedirectStandardOutput);
            var process = program.StartInto(Here, string.Join(" ", ArgumentList ?? new string[0]), output);
            if (Wait)
            {
                process.WaitForExit();
            }
            if (PassThru)
            {
                WriteObject(Named(process));
            }
        }

        /// <summary>The file on this machine; a bare name is looked up on PATH.</summary>
        string LocalPath()
        {
            if (FilePath.IndexOfAny(new[] { '\\', '/' }) >= 0)
            {
                return Here.Local(FilePath);
            }
            var found = SessionState.InvokeCommand.GetCommand(FilePath, CommandTypes.Application);
            return found?.Definition ?? FilePath;
        }

        static PSObject Named(LabProcess process)
        {
            var shown = new PSObject(process);
            shown.TypeNames.Insert(0, "System.Diagnostics.Process");
            return shown;
        }
    }
}
