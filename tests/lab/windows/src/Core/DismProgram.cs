// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// dism.exe, which Windows has had since 7 and Server 2008 R2, where the module Dism is missing.

using System;
using System.Diagnostics;
using System.IO;

namespace WindowsLab
{
    /// <summary>A process of its own that works through the cmdlets of the module, so that both see the same packages.</summary>
    public static class DismProgram
    {
        const string ExitMark = "exit ";

        public static int Run(string arguments, TextWriter output)
        {
            var start = new ProcessStartInfo("pwsh") { RedirectStandardOutput = true, UseShellExecute = false };
            foreach (var word in new[] { "-NoProfile", "-NonInteractive", "-File", NodeEnvironment.DismScript })
            {
                start.ArgumentList.Add(word);
            }
            start.Environment["LAB_ARGUMENTS"] = arguments;
            start.Environment["LAB_DISM_MODULE"] = Path.Combine(NodeEnvironment.DismModule, "Dism");
            using (var process = Process.Start(start))
            {
                var code = -1;
                while (process.StandardOutput.ReadLine() is string line)
                {
                    // An exit code of this machine has one byte, so the script tells the real one.
                    if (line.StartsWith(ExitMark, StringComparison.Ordinal))
                    {
                        code = int.Parse(line.Substring(ExitMark.Length));
                    }
                    else
                    {
                        output.WriteLine(line);
                    }
                }
                process.WaitForExit();
                return code;
            }
        }
    }
}
