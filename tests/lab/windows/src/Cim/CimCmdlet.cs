// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the CIM cmdlets share: which machine, which instances, and errors with WMI's numbers.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.RegularExpressions;
using System.Threading;
using WindowsLab;
using WindowsLab.Cim;

namespace Microsoft.Management.Infrastructure.CimCmdlets
{
    public abstract class CimCmdlet : LabCmdlet, IDisposable
    {
        static readonly Regex SelectQuery = new Regex(@"^\s*select\s+(.+?)\s+from\s+(\w+)(?:\s+where\s+(.+))?\s*$",
            RegexOptions.IgnoreCase | RegexOptions.Singleline);

        bool waited;

        public void Dispose() => VmServices.WriteReads();

        protected void Fail(string code, string text, ErrorCategory category, object target)
            => WriteError(new ErrorRecord(new CimException(text), "HRESULT 0x" + code, category, target));

        protected Node Resolve(string name)
        {
            var local = string.IsNullOrEmpty(name) || name == "." || Same(name, "localhost");
            if (local || Same(name.Split('.')[0], Here.ComputerName))
            {
                return Here;
            }
            return Here.Sibling(name.Split('.')[0]);
        }

        protected IEnumerable<Node> Nodes(CimSession[] sessions, string[] computers)
        {
            foreach (var name in sessions != null ? sessions.Select(s => s.ComputerName) : computers ?? new string[] { null })
            {
                var node = Resolve(name);
                if (node != null)
                {
                    yield return node;
                }
                else
                {
                    Unreachable(name);
                }
            }
        }

        protected void Unreachable(string name)
            => Fail("80070035", "The WinRM client cannot process the request because the server name cannot be resolved.",
                ErrorCategory.ConnectionError, name);

        /// <summary>The instances of a class that pass a filter; an error and nothing where WMI would refuse.</summary>
        protected IEnumerable<LabCimInstance> Find(Node node, string space, string name, string filter, string vmId = null)
        {
            space = CimClasses.Space(space);
            var target = space + ":" + name;
            if (space != CimClasses.Windows && node.Read().Text("deny") == "read")
            {
                Fail("80041003", "Access denied ", ErrorCategory.PermissionDenied, target);
                return new LabCimInstance[0];
            }
            Wait(node, space);
            if (!CimClasses.HasSpace(node, space))
            {
                Fail("8004100e", "Invalid namespace ", ErrorCategory.MetadataError, target);
                return new LabCimInstance[0];
            }
            var all = CimClasses.Of(node, space, name, vmId);
            if (all == null)
            {
                Fail("80041010", "Invalid class ", ErrorCategory.MetadataError, target);
                return new LabCimInstance[0];
            }
            try
            {
                return all.Where(CimFilter.Parse(filter));
            }
            catch (FormatException)
            {
                Fail("80041017", "Invalid query ", ErrorCategory.InvalidArgument, null);
                return new LabCimInstance[0];
            }
        }

        /// <summary>Class, condition and properties of a WQL query; no class where it is not one.</summary>
        protected static (string name, string where, string[] only) Split(string query)
        {
            var match = SelectQuery.Match(query ?? "");
            if (!match.Success)
            {
                return (null, null, null);
            }
            var listed = match.Groups[1].Value.Trim();
            var only = listed == "*" ? null : listed.Split(',').Select(p => p.Trim()).ToArray();
            return (match.Groups[2].Value, match.Groups[3].Success ? match.Groups[3].Value : null, only);
        }

        /// <summary>A slow host is slow once a call, for Hyper-V's classes as for its cmdlets.</summary>
        void Wait(Node node, string space)
        {
            if (!waited && space == CimClasses.HyperV)
            {
                waited = true;
                Thread.Sleep(Math.Max(0, node.Read().Int("delayMs")));
            }
        }
    }
}
