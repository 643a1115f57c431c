// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Hard disk and DVD drives of a VM.

using System;
using System.Linq;
using System.Text.Json.Nodes;
using WindowsLab;

namespace Microsoft.HyperV.PowerShell
{
    public class VMDriveController : VMDevice
    {
        internal VMDriveController(VirtualMachineBase owner, ControllerType type, int number) : base(owner)
        {
            Type = type;
            ControllerNumber = number;
        }

        public int ControllerNumber { get; }
        public Drive[] Drives => Owner.HardDrives.Cast<Drive>().Concat(Owner.DVDDrives)
            .Where(d => d.ControllerType == Type && d.ControllerNumber == ControllerNumber).ToArray();
        public override string Name => Type + " Controller " + ControllerNumber;
        public override string Id => IdPrefix + "controller-" + Type + ControllerNumber;
        internal ControllerType Type { get; }
    }

    public abstract class Drive : VMDevice
    {
        const string IdeController = "83F8638B-8DCA-4152-9EDA-2CA8B33039B4";
        const string ScsiController = "BA6163D9-04A1-4D29-B605-72E2FFB1DC7F";
        readonly JsonObject first;

        internal Drive(VirtualMachineBase owner, JsonObject now) : base(owner)
        {
            first = now;
            ControllerType = TypeOf(now);
            ControllerNumber = now.Int("controllerNumber");
            ControllerLocation = now.Int("controllerLocation");
        }

        public ControllerType ControllerType { get; }
        public int ControllerNumber { get; internal set; }
        public int ControllerLocation { get; internal set; }
        public string PoolName => "Primordial";
        public string Path => string.IsNullOrEmpty(Data.Text("path")) ? null : Data.Text("path");
        public override bool IsDeleted => base.IsDeleted || Now == null;
        public override string Name => Kind + " on " + ControllerType + " controller number " + ControllerNumber +
            " at location " + ControllerLocation;
        public override string Id => IdPrefix + (ControllerType == ControllerType.IDE ? IdeController : ScsiController) +
            "\\" + ControllerNumber + "\\" + ControllerLocation + "\\" + (ListName == "dvd" ? "D" : "L");

        protected abstract string ListName { get; }
        protected abstract string Kind { get; }
        protected JsonObject Data => Now ?? first;
        JsonObject Now => Owner.Data.Rows(ListName).FirstOrDefault(Is);

        /// <summary>Whether an entry of the state is this drive: a drive is where it is plugged in.</summary>
        internal bool Is(JsonObject entry) => TypeOf(entry) == ControllerType
            && entry.Int("controllerNumber") == ControllerNumber && entry.Int("controllerLocation") == ControllerLocation;

        ControllerType TypeOf(JsonObject entry)
            => Enum.Parse<ControllerType>(entry.Text("controllerType", Owner.Generation == 2 ? "SCSI" : "IDE"), true);
    }

    public class DvdDrive : Drive
    {
        internal DvdDrive(VirtualMachineBase owner, JsonObject now) : base(owner, now)
        {
        }

        public DvdMediaType DvdMediaType => Path == null ? DvdMediaType.None : DvdMediaType.ISO;
        protected override string ListName => "dvd";
        protected override string Kind => "DVD Drive";
    }

    public class HardDiskDrive : Drive
    {
        internal HardDiskDrive(VirtualMachineBase owner, JsonObject now) : base(owner, now)
        {
        }

        public int? DiskNumber => Data.Has("diskNumber") ? Data.Int("diskNumber") : (int?)null;
        public ulong? MaximumIOPS => 0;
        public ulong? MinimumIOPS => 0;
        public Guid? QoSPolicyID => Guid.Empty;
        public bool? SupportPersistentReservations => Data.Flag("shared");
        public CacheAttributes? WriteHardeningMethod => CacheAttributes.Default;
        protected override string ListName => "disks";
        protected override string Kind => "Hard Drive";
    }
}
