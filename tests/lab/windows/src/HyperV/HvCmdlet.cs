// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What all Hyper-V cmdlets share: which host, its rights and speed, and errors in the module's own shape.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Threading;
using Microsoft.HyperV.PowerShell;
using Microsoft.Management.Infrastructure;

namespace WindowsLab.HyperV
{
    public abstract class HvCmdlet : LabCmdlet, IDisposable
    {
        /// <summary>Nodes that this call has waited for already.</summary>
        readonly HashSet<Node> waited = new HashSet<Node>();

        protected virtual string[] Computers => null;
        protected virtual CimSession[] Sessions => null;

        /// <summary>The classes of module 1.1 end in Command, and their errors read differently.</summary>
        protected bool IsOldModule => GetType().Name.EndsWith("Command", StringComparison.Ordinal);

        /// <summary>Also when the pipeline is stopped early, which skips EndProcessing.</summary>
        public void Dispose()
        {
            VmServices.WriteReads();
            Node.WriteBatches();
        }

        protected void Fail(string id, ErrorCategory category, string text, object target)
            => WriteError(new ErrorRecord(new VirtualizationException(text) { ErrorIdentifier = id }, id, category, target));

        /// <summary>The error of a wrong argument; the old module has its own exception and sentence for it.</summary>
        protected void Invalid(Node host, string text, object target)
        {
            var old = IsOldModule;
            if (old)
            {
                text = HostTexts.Get(host.Read(), "bad parameter") + " " + text.Replace("\"", "");
            }
            var error = old ? new VirtualizationInvalidArgumentException(text) : new VirtualizationException(text);
            error.ErrorIdentifier = "InvalidParameter";
            WriteError(new ErrorRecord(error, "InvalidParameter", ErrorCategory.InvalidArgument, target));
        }

        /// <summary>The hosts that the call goes to and that let it in.</summary>
        protected IEnumerable<Node> Hosts()
        {
            var names = Sessions != null ? Sessions.Select(s => s.ComputerName ?? ".").ToArray() : Computers;
            foreach (var name in names ?? new[] { "." })
            {
                var host = Resolve(name);
                if (host == null)
                {
                    Fail("ObjectNotFound", ErrorCategory.ObjectNotFound, "The computer '" + name + "' could not be resolved. " +
                        "Make sure that the machine name is correct and that the network is available.", name);
                }
                else if (Admits(host))
                {
                    yield return host;
                }
            }
        }

        /// <summary>Whether a host lets the call read; the first contact of a call with a slow host takes its time.</summary>
        protected bool Admits(Node host)
        {
            if (waited.Add(host))
            {
                NodeDefaults.Apply(host.Refresh());
                Thread.Sleep(Math.Max(0, host.Read().Int("delayMs")));
            }
            return !Denied(host, false);
        }

        protected bool MayWrite(Node host)
        {
            host.Refresh();
            if (Denied(host, true))
            {
                return false;
            }
            if (host.Read().Int("busy") <= 0)
            {
                return true;
            }
            host.Update(state => { state["busy"] = state.Int("busy") - 1; });
            Fail("ObjectInUse", ErrorCategory.ResourceBusy, HostTexts.Get(host.Read(), "busy"), null);
            return false;
        }

        protected bool MayChange(VirtualMachineBase vm)
        {
            if (!MayWrite(vm.Node))
            {
                return false;
            }
            if (Gone(vm, "onWrite"))
            {
                return false;
            }
            var saved = vm.State.ToString().Contains("Saved") && vm.Host.Flag("savedRefusesWrites");
            if (saved || vm.Data.Flag("refusesWrites"))
            {
                Fail("InvalidState", ErrorCategory.InvalidOperation, HostTexts.Get(vm.Host, "state"), vm);
                return false;
            }
            return true;
        }

        /// <summary>Whether a VM has been deleted since it was read; "vanishes" in the state does it at this moment.</summary>
        protected bool Gone(VirtualMachineBase vm, string moment)
        {
            if (vm is VirtualMachine && vm.Data.Text("vanishes") == moment && !vm.IsDeleted)
            {
                vm.Node.Update(state => state.List("vms").Remove(GuestLink.Vm(state, vm.Id)));
            }
            if (!vm.IsDeleted)
            {
                return false;
            }
            Fail("ObjectNotFound", ErrorCategory.ObjectNotFound, "The virtual machine has been deleted.", vm);
            return true;
        }

        /// <summary>The VMs of names or patterns; a name that matches nothing is an error, a pattern is not.</summary>
        protected IEnumerable<VirtualMachine> VmsNamed(string[] names)
        {
            foreach (var host in Hosts())
            {
                foreach (var name in names ?? new[] { "*" })
                {
                    var wild = WildcardPattern.ContainsWildcardCharacters(name);
                    var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
                    var hits = Vms(host)
                        .Where(v => wild ? pattern.IsMatch(v.Text("name")) : Same(v.Text("name"), name)).ToList();
                    if (hits.Count == 0 && !wild)
                    {
                        NotFound(host, "name", name);
                    }
                    foreach (var vm in hits.Where(v => Readable(v, "vm")))
                    {
                        yield return new VirtualMachine(host, vm);
                    }
                }
            }
        }

        /// <summary>The VMs that the caller may know of: some hosts hide them from who has no rights ("denyHides").</summary>
        protected static List<JsonObject> Vms(Node host)
            => host.Read().Flag("denyHides") ? new List<JsonObject>() : host.Read().Rows("vms");

        protected void NotFound(Node host, string property, object value)
            => Invalid(host, string.Format(HostTexts.Get(host.Read(), "no vm"), property + " \"" + value + "\""), value);

        /// <summary>The components of a VM with a name: the host's own spelling, whole, in any case, never a pattern.</summary>
        protected List<VMIntegrationComponent> Named(VirtualMachineBase vm, List<VMIntegrationComponent> all, string name)
        {
            var hits = all.Where(c => Same(c.Name, name)).ToList();
            if (hits.Count == 0)
            {
                Invalid(vm.Node, HostTexts.Get(vm.Host, "no component"), null);
            }
            return hits;
        }

        /// <summary>Whether a VM can be read at a level: "vm", or "components" for its services.</summary>
        protected bool Readable(JsonObject vm, string level)
        {
            Thread.Sleep(Math.Max(0, vm.Int("delayMs")));
            if (!(vm.Text("readError") is string text) || vm.Text("readErrorAt", "components") != level)
            {
                return true;
            }
            Fail("OperationFailed", ErrorCategory.NotSpecified, text, null);
            return false;
        }

        bool Denied(Node host, bool write)
        {
            var deny = host.Read().Text("deny");
            if (!write && host.Read().Flag("denyHides"))
            {
                return false;
            }
            if (deny != "read" && !(deny == "write" && write))
            {
                return false;
            }
            var text = string.Format(HostTexts.Get(host.Read(), "denied"), host.ComputerName);
            Fail("AccessDenied", ErrorCategory.PermissionDenied, text, null);
            return true;
        }

        Node Resolve(string name)
        {
            var shortName = name.Split('.')[0];
            if (name == "." || Same(name, "localhost") || Same(shortName, Here.ComputerName))
            {
                return Here;
            }
            var near = Here.Sibling(shortName);
            return near != null && near.HyperVModule != "none" ? near : null;
        }
    }
}
