// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Cabinet files with packages.

using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WindowsLab.Dism
{
    /// <summary>
    /// A package in a CAB: described by the state's "cabs", or by the name of the file where it is one of the integration
    /// services; such a file holds its version as text.
    /// </summary>
    public sealed class Cabinet
    {
        static readonly Regex IntegrationServices = new Regex(
            @"^Windows6\.(2|x)-HyperVIntegrationServices-(x64|x86)\.cab$", RegexOptions.IgnoreCase);

        public string Identity { get; private set; }
        public string Architecture { get; private set; }
        public bool NeedsRestart { get; private set; }

        /// <summary>The error number that adding it ends with; null for none.</summary>
        public string Error { get; private set; }
        public int DelayMs { get; private set; }

        /// <summary>The process dies while the package is being added.</summary>
        public bool Kills { get; private set; }
        string[] Prefixes { get; set; }

        public string Version => GuestPower.PackageVersion(Identity);
        public bool IsIntegrationServices => Identity.Contains("Hyper-V-Integration-Services");

        /// <summary>Null for a file that is no package.</summary>
        public static Cabinet Of(Node node, string path)
        {
            var name = path.Replace('/', '\\').Split('\\').Last();
            var cabs = node.Read().Obj("cabs");
            var entry = cabs.Obj(cabs.Find(name)) ?? new JsonObject();
            var known = IntegrationServices.Match(name);
            if (!entry.Has("identity") && !known.Success)
            {
                return null;
            }
            var arch = entry.Text("arch", known.Success && Json.Same(known.Groups[2].Value, "x86") ? "x86" : "amd64");
            var made = new Cabinet
            {
                Architecture = arch,
                NeedsRestart = entry.Flag("restart", true),
                Error = entry.Text("error"),
                DelayMs = entry.Int("delayMs"),
                Kills = entry.Flag("kill"),
                Prefixes = entry.List("for").Select(f => f.ToString()).ToArray(),
                Identity = entry.Text("identity"),
            };
            if (made.Prefixes.Length == 0)
            {
                made.Prefixes = known.Success && known.Groups[1].Value == "2" ? new[] { "6.2" } : new[] { "6.0", "6.1" };
            }
            if (made.Identity == null)
            {
                var version = File.ReadAllText(node.Local(path)).Trim();
                made.Identity = "Microsoft-Hyper-V-Integration-Services-Package~31bf3856ad364e35~" + arch + "~~" + version;
            }
            return made;
        }

        public bool Fits(string osVersion, string architecture)
            => Prefixes.Any(p => (osVersion + ".").StartsWith(p + ".", System.StringComparison.Ordinal)) && Json.Same(Architecture, architecture);
    }
}
