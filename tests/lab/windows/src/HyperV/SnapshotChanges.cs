// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Checkpoint-VM, Restore-VMSnapshot and Remove-VMSnapshot.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using Microsoft.HyperV.PowerShell;

namespace WindowsLab.HyperV
{
    /// <summary>What checkpoints do to the disks of a VM.</summary>
    static class CheckpointDisks
    {
        const string Mark = "_snap";

        /// <summary>What a checkpoint keeps of its VM.</summary>
        public static readonly string[] KeptKeys = { "services", "dvd", "disks", "notes" };

        /// <summary>Each disk goes on as a differencing child of what it was.</summary>
        public static void Branch(JsonObject state, JsonObject vm)
        {
            foreach (var disk in vm.Rows("disks").Where(d => d.Text("path") != null))
            {
                var parent = disk.Text("path");
                var old = parent.EndsWith("vhd", StringComparison.OrdinalIgnoreCase);
                var stem = parent.Substring(0, parent.LastIndexOf('.')).Split(Mark)[0];
                var unique = Guid.NewGuid().ToString("N").Substring(0, 12).ToUpperInvariant();
                var leaf = stem + Mark + unique + (old ? ".avhd" : ".avhdx");
                state.MakeObj("vhds")[leaf] = new JsonObject
                {
                    ["format"] = old ? "VHD" : "VHDX", ["type"] = "Differencing", ["parent"] = parent,
                };
                disk["path"] = leaf;
            }
        }

        /// <summary>The last checkpoint is gone: the disks are merged into their parents.</summary>
        public static void Merge(JsonObject state, JsonObject vm)
        {
            var vhds = state.Obj("vhds");
            foreach (var disk in vm.Rows("disks"))
            {
                var path = disk.Text("path");
                while (path != null && path.Contains(Mark) && vhds.Obj(vhds.Find(path)).Text("type") == "Differencing")
                {
                    var parent = vhds.Obj(vhds.Find(path)).Text("parent");
                    vhds.Remove(vhds.Find(path));
                    disk["path"] = path = parent;
                }
            }
        }
    }

    public abstract class CheckpointVMBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [Alias("VMName")]
        [ValidateNotNullOrEmpty]
        public string[] Name { get; set; }

        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public VirtualMachine[] VM { get; set; }

        [Parameter(Position = 1)]
        [Alias("CheckpointName")]
        [ValidateNotNullOrEmpty]
        public string SnapshotName { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        [Parameter]
        public SwitchParameter AsJob { get; set; }

        [Parameter]
        public SwitchParameter Passthru { get; set; }

        protected override string[] Computers => ComputerName;

        protected override void Process()
        {
            foreach (var vm in VM ?? VmsNamed(Name))
            {
                if (!ShouldProcess(vm.Name, CmdletName) || !MayWrite(vm.Node))
                {
                    continue;
                }
                if (vm.CheckpointType == CheckpointType.Disabled)
                {
                    Fail("OperationFailed", ErrorCategory.NotSpecified, "Checkpoints have been disabled for '" + vm.Name + "'.", vm);
                    continue;
                }
                var id = Take(vm);
                if (Passthru)
                {
                    WriteObject(GetVMSnapshotBase.Of(vm).First(s => s.Id == id));
                }
            }
        }

        Guid Take(VirtualMachine vm)
        {
            var id = Guid.NewGuid();
            vm.Node.Update(state =>
            {
                var data = GuestLink.Vm(state, vm.Id);
                var shot = new JsonObject
                {
                    ["id"] = id.ToString(),
                    ["name"] = SnapshotName ?? DefaultName(vm),
                    ["type"] = "Standard",
                    ["state"] = data.Text("state"),
                    ["generation"] = data.Int("generation", 1),
                    ["created"] = DateTime.UtcNow.ToString("o"),
                    ["parentSnapshot"] = data.Text("parentSnapshot"),
                };
                foreach (var key in CheckpointDisks.KeptKeys.Where(data.Has))
                {
                    shot[key] = data[key].DeepClone();
                }
                data.MakeList("snapshots").Add(shot);
                data["parentSnapshot"] = id.ToString();
                CheckpointDisks.Branch(state, data);
            });
            return id;
        }

        static string DefaultName(VirtualMachine vm)
            => vm.Name + " - (" + DateTime.Now.ToString("M/d/yyyy - h:mm:ss tt", CultureInfo.InvariantCulture) + ")";
    }

    public abstract class SnapshotCmdlet : HvCmdlet
    {
        [Parameter(ParameterSetName = "SnapshotName", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public string[] VMName { get; set; }

        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public VirtualMachine[] VM { get; set; }

        [Parameter(ParameterSetName = "SnapshotObject", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [Alias("VMCheckpoint")]
        [ValidateNotNullOrEmpty]
        public VMSnapshot[] VMSnapshot { get; set; }

        [Parameter(ParameterSetName = "SnapshotName", Position = 1)]
        [Parameter(ParameterSetName = "VMObject", Position = 1)]
        [ValidateNotNullOrEmpty]
        public string[] Name { get; set; }

        [Parameter(ParameterSetName = "SnapshotName")]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        [Parameter]
        public SwitchParameter Passthru { get; set; }

        protected override string[] Computers => ComputerName;

        protected abstract void Change(JsonObject state, JsonObject vm, JsonObject shot);

        protected override void Process()
        {
            foreach (var shot in Chosen().ToList())
            {
                if (!ShouldProcess(shot.Name, CmdletName) || !MayWrite(shot.Node))
                {
                    continue;
                }
                shot.Node.Update(state =>
                {
                    var vm = GuestLink.Vm(state, shot.VMId);
                    var data = vm.Rows("snapshots").FirstOrDefault(s => Same(s.Text("id"), shot.IdText));
                    if (data != null)
                    {
                        Change(state, vm, data);
                    }
                });
                if (Passthru)
                {
                    WriteObject(shot);
                }
            }
        }

        IEnumerable<VMSnapshot> Chosen()
        {
            if (VMSnapshot != null)
            {
                return VMSnapshot;
            }
            return (VM ?? VmsNamed(VMName)).SelectMany(vm => (Name ?? new[] { "*" }).SelectMany(name => Named(vm, name)));
        }

        List<VMSnapshot> Named(VirtualMachine vm, string name)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            var hits = GetVMSnapshotBase.Of(vm).Where(s => pattern.IsMatch(s.Name)).ToList();
            if (hits.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                Invalid(vm.Node, "Hyper-V was unable to find a checkpoint with name \"" + name + "\".", name);
            }
            return hits;
        }
    }

    public abstract class RestoreVMSnapshotBase : SnapshotCmdlet
    {
        protected override void Change(JsonObject state, JsonObject vm, JsonObject shot)
        {
            foreach (var key in CheckpointDisks.KeptKeys.Where(shot.Has))
            {
                vm[key] = shot[key].DeepClone();
            }
            vm["state"] = shot.Text("state") == "Off" ? "Off" : "Saved";
            vm["parentSnapshot"] = shot.Text("id");
            CheckpointDisks.Branch(state, vm);
        }
    }

    public abstract class RemoveVMSnapshotBase : SnapshotCmdlet
    {
        [Parameter]
        [Alias("IncludeAllChildCheckpoints")]
        public SwitchParameter IncludeAllChildSnapshots { get; set; }

        [Parameter]
        public SwitchParameter AsJob { get; set; }

        protected override void Change(JsonObject state, JsonObject vm, JsonObject shot)
        {
            var list = vm.List("snapshots");
            var parent = shot.Text("parentSnapshot");
            foreach (var child in vm.Rows("snapshots").Where(c => c.Text("parentSnapshot") == shot.Text("id")))
            {
                if (IncludeAllChildSnapshots)
                {
                    list.Remove(child);
                }
                else
                {
                    child["parentSnapshot"] = parent;
                }
            }
            if (vm.Text("parentSnapshot") == shot.Text("id"))
            {
                vm["parentSnapshot"] = parent;
            }
            list.Remove(shot);
            if (list.Count == 0)
            {
                vm.Remove("parentSnapshot");
                CheckpointDisks.Merge(state, vm);
            }
        }
    }
}
