// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Programs that the lab plays itself: the setup of the setup disk, dism.exe and shutdown.exe.

using System;
using System.IO;

namespace WindowsLab
{
    /// <summary>A program that the lab plays itself.</summary>
    public sealed class LabProgram
    {
        readonly string name;
        readonly Func<Node, int> duration;
        readonly Func<Node, string, TextWriter, TextWriter, int> run;

        LabProgram(string name, Func<Node, int> duration, Func<Node, string, TextWriter, TextWriter, int> run)
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
                    return new LabProgram("setup", SetupProgram.Duration, (node, arguments, _, _) => SetupProgram.Run(node, file, arguments));
                case "dism.exe":
                    return new LabProgram("dism", node => 0, (node, arguments, output, _) => DismProgram.Run(arguments, output));
                case "shutdown":
                case "shutdown.exe":
                    return new LabProgram("shutdown", node => 0, (node, arguments, _, error) => ShutDown(node, arguments, error));
                default:
                    return null;
            }
        }

        /// <summary>Starts it; what it says goes to a file of this machine, or nowhere.</summary>
        public LabProcess StartInto(Node node, string arguments, string outputFile)
        {
            node.Log("event:start-program", ("name", name), ("arguments", arguments));
            return new LabProcess(name, duration(node), () =>
            {
                using (var output = outputFile == null ? TextWriter.Null : new StreamWriter(outputFile))
                {
                    return run(node, arguments, output, TextWriter.Null);
                }
            });
        }

        /// <summary>Starts it; only what went wrong is said.</summary>
        public LabProcess Start(Node node, string arguments, TextWriter error)
            => new LabProcess(name, duration(node), () => run(node, arguments, TextWriter.Null, error));

        /// <summary>shutdown.exe: /r restarts and /s stops, in /t seconds (30); /a takes that back; anything else is wrong usage.</summary>
        static int ShutDown(Node node, string arguments, TextWriter error)
        {
            var words = arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var seconds = 30;
            var verb = "";
            for (var at = 0; at < words.Length; at++)
            {
                var word = words[at].Replace('-', '/').ToLowerInvariant();
                if (word == "/c")
                {
                    break;  // the rest is a comment
                }
                if (word == "/t" && (at + 1 == words.Length || !int.TryParse(words[at + 1], out seconds)))
                {
                    return 1;
                }
                verb = word is "/r" or "/s" or "/a" ? word : verb;
            }
            switch (verb)
            {
                case "/r":
                    return Told(GuestRestart.Ask(node, seconds), error);
                case "/a":
                    return Told(GuestRestart.Abort(node), error);
                case "/s":
                    GuestPower.ShutDown(node);
                    return 0;
                default:
                    return 1;
            }
        }

        static int Told(int code, TextWriter error)
        {
            if (code != GuestRestart.Done)
            {
                error.WriteLine(GuestRestart.Text(code) + "(" + code + ")");
            }
            return code;
        }
    }
}
