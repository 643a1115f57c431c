// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Get-VMDvdDrive, Get-VMHardDiskDrive and Get-VMNetworkAdapter.

using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Microsoft.HyperV.PowerShell;

namespace WindowsLab.HyperV
{
    public abstract class GetDriveBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public string[] VMName { get; set; }

        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public VirtualMachine[] VM { get; set; }

        [Parameter(ParameterSetName = "VMSnapshot", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [Alias("VMCheckpoint")]
        [ValidateNotNullOrEmpty]
        public VMSnapshot VMSnapshot { get; set; }

        [Parameter(ParameterSetName = "VMDriveController", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public VMDriveController[] VMDriveController { get; set; }

        [Parameter]
        public int? ControllerLocation { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [Parameter(ParameterSetName = "VMObject")]
        [Parameter(ParameterSetName = "VMSnapshot")]
        public int? ControllerNumber { get; set; }

        protected override string[] Computers => ComputerName;

        protected abstract IEnumerable<Drive> Of(VirtualMachineBase vm);

        protected virtual bool Fits(Drive drive) => true;

        protected override void Process()
        {
            if (VMDriveController != null)
            {
                foreach (var controller in VMDriveController)
                {
                    Emit(controller.Drives.Intersect(Of(controller.Owner), SamePlace.Comparer));
                }
                return;
            }
            foreach (var vm in VMSnapshot != null ? new[] { VMSnapshot } : (IEnumerable<VirtualMachineBase>)VM ?? VmsNamed(VMName))
            {
                Emit(Of(vm));
            }
        }

        void Emit(IEnumerable<Drive> drives)
            => WriteObject(drives.Where(d => Fits(d)
                && (ControllerNumber == null || d.ControllerNumber == ControllerNumber)
                && (ControllerLocation == null || d.ControllerLocation == ControllerLocation)), true);

        sealed class SamePlace : IEqualityComparer<Drive>
        {
            public static readonly SamePlace Comparer = new SamePlace();

            public bool Equals(Drive a, Drive b) => a.Id == b.Id;

            public int GetHashCode(Drive drive) => drive.Id.GetHashCode();
        }
    }

    [OutputType(typeof(DvdDrive))]
    public abstract class GetVMDvdDriveBase : GetDriveBase
    {
        protected override IEnumerable<Drive> Of(VirtualMachineBase vm) => vm.DVDDrives;
    }

    [OutputType(typeof(HardDiskDrive))]
    public abstract class GetVMHardDiskDriveBase : GetDriveBase
    {
        [Parameter(ParameterSetName = "VMName")]
        [Parameter(ParameterSetName = "VMObject")]
        [Parameter(ParameterSetName = "VMSnapshot")]
        public ControllerType? ControllerType { get; set; }

        protected override IEnumerable<Drive> Of(VirtualMachineBase vm) => vm.HardDrives;

        protected override bool Fits(Drive drive) => ControllerType == null || drive.ControllerType == ControllerType;
    }

    [OutputType(typeof(VMNetworkAdapter))]
    public abstract class GetVMNetworkAdapterBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "VMName")]
        [Parameter(ParameterSetName = "All")]
        [Parameter(ParameterSetName = "ManagementOS")]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public string[] VMName { get; set; }

        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public VirtualMachine[] VM { get; set; }

        [Parameter(ParameterSetName = "All", Mandatory = true)]
        public SwitchParameter All { get; set; }

        [Parameter(ParameterSetName = "ManagementOS", Mandatory = true)]
        public SwitchParameter ManagementOS { get; set; }

        [Parameter(Position = 1)]
        [Alias("VMNetworkAdapterName")]
        public string Name { get; set; }

        [Parameter(ParameterSetName = "VMSnapshot", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [Alias("VMCheckpoint")]
        [ValidateNotNullOrEmpty]
        public VMSnapshot VMSnapshot { get; set; }

        [Parameter(ParameterSetName = "VMName")]
        [Parameter(ParameterSetName = "VMObject")]
        public bool IsLegacy { get; set; }

        [Parameter(ParameterSetName = "ManagementOS")]
        public string SwitchName { get; set; }

        protected override string[] Computers => ComputerName;

        protected override void Process()
        {
            if (ManagementOS)
            {
                return;   // no host of the lab has adapters of its own
            }
            var pattern = new WildcardPattern(Name ?? "*", WildcardOptions.IgnoreCase);
            foreach (var vm in Owners())
            {
                var adapters = vm.NetworkAdapters.Where(a => pattern.IsMatch(a.Name));
                WriteObject(adapters.Where(a => !Bound("IsLegacy") || a.IsLegacy == IsLegacy), true);
            }
        }

        IEnumerable<VirtualMachineBase> Owners()
        {
            if (VMSnapshot != null)
            {
                return new[] { VMSnapshot };
            }
            return (IEnumerable<VirtualMachineBase>)VM ?? VmsNamed(All ? null : VMName);
        }
    }
}
