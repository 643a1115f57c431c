// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What virtual machines and checkpoints have in common.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using WindowsLab;

namespace Microsoft.HyperV.PowerShell
{
    /// <summary>A JSON object that is found again at each access; one that is gone keeps what was seen last.</summary>
    public abstract class VirtualMachineBase : VirtualizationObject
    {
        readonly string idText;
        JsonObject last;

        internal VirtualMachineBase(Node node, JsonObject now) : base(node)
        {
            last = now;
            Id = Guid.Parse(now.Text("id"));
            idText = Id.ToString();
        }

        public Guid Id { get; }
        public string Name => Data.Text("name");
        public string Notes => Data.Text("notes", "");
        public int Generation => Data.Int("generation", VmData.Int("generation", 1));
        public bool IsClustered => VmData.Flag("clustered");
        public string Version => VmData.Text("version") ?? VMHost.VersionsOf(Node).LastOrDefault() ?? "4.0";
        public VMState State => Enum.Parse<VMState>(Data.Text("state", "Off"), true);
        public string Path => VmData.Text("path", @"C:\ProgramData\Microsoft\Windows\Hyper-V");
        public DateTime CreationTime => DateTime.Parse(Data.Text("created", "2024-01-01T00:00:00Z"), CultureInfo.InvariantCulture);
        public Guid? ParentSnapshotId => Guid.TryParse(Data.Text("parentSnapshot"), out var id) ? id : (Guid?)null;
        public string ParentSnapshotName => ParentName();
        public long ProcessorCount => VmData.Int("cpus", 2);
        public bool DynamicMemoryEnabled => VmData.Flag("dynamicMemory");
        public long MemoryStartup => VmData.Long("memory", 4294967296);
        public long MemoryMinimum => 536870912;
        public long MemoryMaximum => 1099511627776;
        public long SizeOfSystemFiles => 73728;
        public bool GuestControlledCacheTypes => false;
        public bool BatteryPassthroughEnabled => true;
        public OnOffState? LockOnDisconnect => OnOffState.Off;
        public DvdDrive[] DVDDrives => Data.Rows("dvd").Select(d => new DvdDrive(this, d)).ToArray();
        public HardDiskDrive[] HardDrives => Data.Rows("disks").Select(d => new HardDiskDrive(this, d)).ToArray();
        public List<VMNetworkAdapter> NetworkAdapters
            => Data.Rows("adapters").Select(a => new VMNetworkAdapter(this, a)).ToList();

        /// <summary>On some hosts this list shows no statuses where the cmdlet shows them ("listShowsNoStatus").</summary>
        public List<VMIntegrationComponent> VMIntegrationService => Components(Host.Flag("listShowsNoStatus"));

        public override bool IsDeleted => Find() == null;

        internal string IdText => idText;
        internal JsonObject Data => Find() is JsonObject now ? last = now : last;

        /// <summary>The state of the virtual machine itself, for a checkpoint too.</summary>
        internal abstract JsonObject VmData { get; }
        internal abstract JsonObject Find();
        internal virtual bool IsSnapshot => false;

        internal List<VMIntegrationComponent> Components(bool mute = false)
        {
            var data = Data;
            var found = new List<VMIntegrationComponent>(ServiceKind.All.Length);
            foreach (var kind in ServiceKind.All)
            {
                if (VmServices.Offered(Node, data, kind))
                {
                    found.Add(VMIntegrationComponent.Make(this, kind, mute));
                }
            }
            return found;
        }

        public override string ToString() => GetType().Name + " (Name = '" + Name + "') [Id = '" + Id + "']";

        string ParentName()
        {
            var parent = ParentSnapshotId?.ToString();
            return parent == null ? null : VmData.Rows("snapshots").FirstOrDefault(s => Json.Same(s.Text("id"), parent)).Text("name");
        }
    }

    public class VMSnapshot : VirtualMachineBase
    {
        internal VMSnapshot(Node node, Guid vm, JsonObject now) : base(node, now)
        {
            VMId = vm;
        }

        public Guid VMId { get; }
        public string VMName => VmData.Text("name");
        public SnapshotType SnapshotType => Enum.Parse<SnapshotType>(Data.Text("type", "Standard"), true);
        public bool IsAutomaticCheckpoint => false;

        internal override bool IsSnapshot => true;
        internal override JsonObject VmData => Node.Vm(VMId) ?? new JsonObject();

        internal override JsonObject Find() => VmData.Rows("snapshots").FirstOrDefault(s => Json.Same(s.Text("id"), IdText));

        public override string ToString()
            => "VMSnapshot (Name = '" + Name + "', VMName = '" + VMName + "') [Id = '" + Id + "', VMId = '" + VMId + "']";
    }
}
