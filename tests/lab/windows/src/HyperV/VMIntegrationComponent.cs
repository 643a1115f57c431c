// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What Get-VMIntegrationService gives.

using System;
using System.Linq;
using WindowsLab;
using IcStatus = Microsoft.HyperV.PowerShell.VMIntegrationComponentOperationalStatus;

namespace Microsoft.HyperV.PowerShell
{
    public abstract class VMComponentObject : VirtualizationObject
    {
        internal VMComponentObject(VirtualMachineBase owner) : base(owner.Node)
        {
            Owner = owner;
        }

        public abstract string Name { get; }
        public abstract string Id { get; }
        public Guid VMId => Owner is VMSnapshot shot ? shot.VMId : Owner.Id;
        public string VMName => Owner is VMSnapshot shot ? shot.VMName : Owner.Name;
        public Guid VMSnapshotId => Owner is VMSnapshot shot ? shot.Id : Guid.Empty;
        public string VMSnapshotName => Owner is VMSnapshot shot ? shot.Name : "";
        public override bool IsDeleted => Owner.IsDeleted;
        internal VirtualMachineBase Owner { get; }

        /// <summary>The start of all device ids: upper case, without braces.</summary>
        internal string IdPrefix => "Microsoft:" + Owner.IdText.ToUpperInvariant() + "\\";

        public override string ToString() => Describe(GetType().Name);

        protected string Describe(string type)
            => type + " (Name = '" + Name + "', VMName = '" + VMName + "') [Id = '" + Id + "', VMId = '" + VMId + "']";
    }

    public abstract class VMDevice : VMComponentObject
    {
        internal VMDevice(VirtualMachineBase owner) : base(owner)
        {
        }
    }

    public class VMIntegrationComponent : VMDevice
    {
        readonly bool mute;
        bool statusSeen, textSeen;

        internal VMIntegrationComponent(VirtualMachineBase owner, ServiceKind kind, bool mute) : base(owner)
        {
            Kind = kind;
            this.mute = mute;
        }

        public bool Enabled => VmServices.Enabled(Owner.Data, Kind);

        public IcStatus[] OperationalStatus
        {
            get
            {
                var (primary, secondary) = Now;
                return new[] { primary, secondary }.Where(s => s != null).Select(s => s.Value).ToArray();
            }
        }

        public IcStatus? PrimaryOperationalStatus
        {
            get
            {
                Poll(ref statusSeen);
                return Now.primary;
            }
        }

        public string PrimaryStatusDescription
        {
            get
            {
                Poll(ref textSeen);
                return VmServices.StatusText(Host, Now.primary);
            }
        }

        public IcStatus? SecondaryOperationalStatus => Now.secondary;
        public string SecondaryStatusDescription => VmServices.StatusText(Host, Now.secondary);
        public string[] StatusDescription => OperationalStatus.Select(s => VmServices.StatusText(Host, s)).ToArray();
        public override string Name => Kind.NameOn(Host);
        public override string Id => IdPrefix + Kind.Guid;
        internal ServiceKind Kind { get; }

        (IcStatus? primary, IcStatus? secondary) Now
            => mute || Owner.IsSnapshot ? (null, null) : VmServices.Status(Node, Owner.Data, Kind);

        public override string ToString() => Describe("VMIntegrationComponent");

        internal static VMIntegrationComponent Make(VirtualMachineBase owner, ServiceKind kind, bool mute)
        {
            if (kind == ServiceKind.GuestServiceInterface)
            {
                return new GuestServiceInterfaceComponent(owner, kind, mute);
            }
            if (kind == ServiceKind.Shutdown)
            {
                return new ShutdownComponent(owner, kind, mute);
            }
            return kind == ServiceKind.KeyValuePairExchange
                ? new DataExchangeComponent(owner, kind, mute)
                : new VMIntegrationComponent(owner, kind, mute);
        }

        /// <summary>A script that polls one object sees time pass: a second look at a property counts as a read of the VM.</summary>
        void Poll(ref bool seen)
        {
            if (seen && !Owner.IsSnapshot)
            {
                Node.Refresh();
                VmServices.Read(Node, Owner.Data);
                VmServices.WriteReads();
            }
            seen = true;
        }
    }

    public class GuestServiceInterfaceComponent : VMIntegrationComponent
    {
        internal GuestServiceInterfaceComponent(VirtualMachineBase owner, ServiceKind kind, bool mute) : base(owner, kind, mute)
        {
        }
    }

    public class ShutdownComponent : VMIntegrationComponent
    {
        internal ShutdownComponent(VirtualMachineBase owner, ServiceKind kind, bool mute) : base(owner, kind, mute)
        {
        }
    }

    public class DataExchangeComponent : VMIntegrationComponent
    {
        internal DataExchangeComponent(VirtualMachineBase owner, ServiceKind kind, bool mute) : base(owner, kind, mute)
        {
        }
    }
}
