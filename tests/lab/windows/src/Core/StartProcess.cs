// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Start-Process: programs of the lab are simulated, all others go to the engine's own cmdlet.

using System;
using System.Collections;
using System.Collections.Generic;
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
            var process = program.Start(Here, string.Join(" ", ArgumentList ?? new string[0]), output);
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

    /// <summary>A program that the lab plays itself.</summary>
    public sealed class LabProgram
    {
        readonly string name;
        readonly Func<Node, int> duration;
        readonly Func<Node, string, TextWriter, int> run;

        LabProgram(string name, Func<Node, int> duration, Func<Node, string, TextWriter, int> run)
        {
            this.name = name;
            this.duration = duration;
            this.run = run;
        }

        /// <summary>The program in a file of this machine; null for any other file.</summary>
        public static LabProgram At(string file)
        {
            switch (Path.GetFileName(file).ToLowerInvariant())
            {
                case "setup.exe" when SetupProgram.IsSetup(file):
                    return new LabProgram("setup", SetupProgram.Duration, (node, arguments, _) => SetupProgram.Run(node, file, arguments));
                case "dism.exe":
                    return new LabProgram("dism", node => 0, (node, arguments, output) => DismProgram.Run(arguments, output));
                case "shutdown":
                case "shutdown.exe":
                    return new LabProgram("shutdown", node => 0, (node, arguments, _) => ShutDown(node, arguments));
                default:
                    return null;
            }
        }

        /// <summary>Starts it; what it says goes to a file of this machine, or nowhere.</summary>
        public LabProcess Start(Node node, string arguments, string outputFile = null) => new LabProcess(name, duration(node), () =>
        {
            using (var output = outputFile == null ? TextWriter.Null : new StreamWriter(outputFile))
            {
                return run(node, arguments, output);
            }
        });

        /// <summary>shutdown.exe: /r restarts, /s stops, anything else is refused as wrong usage.</summary>
        static int ShutDown(Node node, string arguments)
        {
            var switches = new HashSet<string>(arguments.Replace('-', '/').Split(' '), StringComparer.OrdinalIgnoreCase);
            if (switches.Contains("/r"))
            {
                GuestPower.Restart(node);
                return 0;
            }
            if (switches.Contains("/s"))
            {
                GuestPower.ShutDown(node);
                return 0;
            }
            return 1;
        }
    }
}
