// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Set-, Add- and Remove-VMDvdDrive.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using Microsoft.HyperV.PowerShell;

namespace WindowsLab.HyperV
{
    public abstract class DvdCmdlet : HvCmdlet
    {
        protected bool MediumExists(VirtualMachineBase vm, string path, bool unverified)
        {
            if (string.IsNullOrEmpty(path) || unverified || vm.Node.FileExists(path))
            {
                return true;
            }
            Fail("ObjectNotFound", ErrorCategory.ObjectNotFound, "The system cannot find the file specified: '" + path + "'.", path);
            return false;
        }

        /// <summary>A clustered VM takes a path on a local disk only when told not to check it.</summary>
        protected bool ClusterAllows(VirtualMachineBase vm, string path, bool unverified)
        {
            var local = path != null && path.StartsWith("C:", StringComparison.OrdinalIgnoreCase);
            if (!vm.IsClustered || !local || unverified || path.StartsWith(@"C:\ClusterStorage\", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
            Invalid(vm.Node, "The path '" + path + "' is not a path on storage managed by the cluster.", path);
            return false;
        }

        /// <summary>IDE is not hot-plug: only generation 2 adds and removes drives while it runs.</summary>
        protected bool AllowsPlugging(VirtualMachineBase vm)
        {
            if (vm.Generation == 2 || vm.State == VMState.Off)
            {
                return true;
            }
            Fail("Unspecified", ErrorCategory.NotSpecified, "Failed to change the virtual machine device configuration. An IDE device " +
                "cannot be added or removed while the virtual machine '" + vm.Name + "' is running.", null);
            return false;
        }

        /// <summary>"dvdError" of a VM fails what is done to its drives: {"set", "add", "remove", "eject": text}.</summary>
        protected bool Faulty(VirtualMachineBase vm, string action)
        {
            if (!(vm.Data.Obj("dvdError").Text(action) is string text))
            {
                return false;
            }
            Fail("Unspecified", ErrorCategory.NotSpecified, text, null);
            return true;
        }
    }

    public abstract class SetVMDvdDriveBase : DvdCmdlet
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        [Parameter(ParameterSetName = "Object", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public DvdDrive[] VMDvdDrive { get; set; }

        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0)]
        [ValidateNotNullOrEmpty]
        public string VMName { get; set; }

        [Parameter(ParameterSetName = "VMName", Position = 1)]
        [ValidateNotNull]
        public int? ControllerNumber { get; set; }

        [Parameter(ParameterSetName = "VMName", Position = 2)]
        [ValidateNotNull]
        public int? ControllerLocation { get; set; }

        [Parameter]
        public int? ToControllerNumber { get; set; }

        [Parameter]
        public int? ToControllerLocation { get; set; }

        [Parameter(Position = 3)]
        public string Path { get; set; }

        [Parameter]
        public string ResourcePoolName { get; set; }

        [Parameter]
        public SwitchParameter AllowUnverifiedPaths { get; set; }

        [Parameter]
        public SwitchParameter Passthru { get; set; }

        protected override string[] Computers => ComputerName;

        protected override void Process()
        {
            foreach (var drive in Chosen())
            {
                if (ShouldProcess(drive.VMName, CmdletName) && Allowed(drive))
                {
                    Set(drive);
                }
            }
        }

        bool Allowed(DvdDrive drive)
        {
            var vm = drive.Owner;
            return MayChange(vm) && !Faulty(vm, string.IsNullOrEmpty(Path) ? "eject" : "set")
                && ClusterAllows(vm, Path, AllowUnverifiedPaths) && MediumExists(vm, Path, AllowUnverifiedPaths);
        }

        void Set(DvdDrive drive)
        {
            drive.Node.Log("event:dvd-set", ("vm", drive.VMId), ("path", Path));
            drive.Node.Update(state =>
            {
                var now = GuestLink.Vm(state, drive.Owner.Id).Rows("dvd").FirstOrDefault(drive.Is);
                if (now == null)
                {
                    return;
                }
                if (Bound("Path"))
                {
                    now["path"] = string.IsNullOrEmpty(Path) ? null : Path;
                }
                now["controllerNumber"] = ToControllerNumber ?? drive.ControllerNumber;
                now["controllerLocation"] = ToControllerLocation ?? drive.ControllerLocation;
            });
            drive.ControllerNumber = ToControllerNumber ?? drive.ControllerNumber;
            drive.ControllerLocation = ToControllerLocation ?? drive.ControllerLocation;
            if (Passthru)
            {
                WriteObject(drive);
            }
        }

        IEnumerable<DvdDrive> Chosen() => VMDvdDrive ?? VmsNamed(new[] { VMName }).SelectMany(One);

        /// <summary>A VM with several drives needs to be told which.</summary>
        IEnumerable<DvdDrive> One(VirtualMachine vm)
        {
            var hits = vm.DVDDrives.Where(d => (ControllerNumber == null || d.ControllerNumber == ControllerNumber)
                && (ControllerLocation == null || d.ControllerLocation == ControllerLocation)).ToList();
            if (hits.Count == 1)
            {
                return hits;
            }
            Invalid(vm.Node, hits.Count == 0
                ? "A DVD drive with the specified parameters was not found on virtual machine '" + vm.Name + "'."
                : "Several DVD drives match; name the controller number and location.", null);
            return new DvdDrive[0];
        }
    }

    public abstract class AddVMDvdDriveBase : DvdCmdlet
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

        [Parameter(ParameterSetName = "VMDriveController", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public VMDriveController[] VMDriveController { get; set; }

        [Parameter(ParameterSetName = "VMName", Position = 2)]
        [Parameter(ParameterSetName = "VMObject", Position = 2)]
        public int? ControllerNumber { get; set; }

        [Parameter(Position = 3)]
        public int? ControllerLocation { get; set; }

        [Parameter(Position = 4)]
        public string Path { get; set; }

        [Parameter]
        public string ResourcePoolName { get; set; }

        [Parameter]
        public SwitchParameter AllowUnverifiedPaths { get; set; }

        [Parameter]
        public SwitchParameter Passthru { get; set; }

        protected override string[] Computers => ComputerName;

        protected override void Process()
        {
            var chosen = VMDriveController?.Select(c => c.Owner).OfType<VirtualMachine>() ?? VM ?? VmsNamed(VMName);
            foreach (var vm in chosen)
            {
                if (ShouldProcess(vm.Name, CmdletName) && MayChange(vm) && !Faulty(vm, "add") && AllowsPlugging(vm)
                    && ClusterAllows(vm, Path, AllowUnverifiedPaths) && MediumExists(vm, Path, AllowUnverifiedPaths))
                {
                    Add(vm);
                }
            }
        }

        void Add(VirtualMachine vm)
        {
            var type = vm.Generation == 2 ? ControllerType.SCSI : ControllerType.IDE;
            if (!(FreePlace(vm, type) is (int number, int location)))
            {
                Fail("Unspecified", ErrorCategory.NotSpecified, "The virtual machine '" + vm.Name +
                    "' has no free place for a DVD drive at the given controller.", null);
                return;
            }
            vm.Node.Log("event:dvd-add", ("vm", vm.Id), ("path", Path));
            vm.Node.Update(state => GuestLink.Vm(state, vm.Id).MakeList("dvd").Add(new JsonObject
            {
                ["controllerType"] = type.ToString(),
                ["controllerNumber"] = number,
                ["controllerLocation"] = location,
                ["path"] = string.IsNullOrEmpty(Path) ? null : Path,
            }));
            if (Passthru)
            {
                WriteObject(vm.DVDDrives.Last());
            }
        }

        /// <summary>Generation 1 has two IDE controllers with two places each; a SCSI controller has 64.</summary>
        (int number, int location)? FreePlace(VirtualMachine vm, ControllerType type)
        {
            var taken = vm.DVDDrives.Cast<Drive>().Concat(vm.HardDrives).Where(d => d.ControllerType == type)
                .Select(d => (d.ControllerNumber, d.ControllerLocation)).ToHashSet();
            var wanted = VMDriveController != null ? VMDriveController[0].ControllerNumber : ControllerNumber;
            for (var number = 0; number < (type == ControllerType.IDE ? 2 : 4); number++)
            {
                for (var location = 0; location < (type == ControllerType.IDE ? 2 : 64); location++)
                {
                    if ((wanted ?? number) == number && (ControllerLocation ?? location) == location && !taken.Contains((number, location)))
                    {
                        return (number, location);
                    }
                }
            }
            return null;
        }
    }

    public abstract class RemoveVMDvdDriveBase : DvdCmdlet
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0)]
        [ValidateNotNullOrEmpty]
        public string VMName { get; set; }

        [Parameter(ParameterSetName = "VMDvdDrive", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public DvdDrive[] VMDvdDrive { get; set; }

        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 1)]
        [ValidateNotNull]
        public int? ControllerNumber { get; set; }

        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 2)]
        [ValidateNotNull]
        public int? ControllerLocation { get; set; }

        [Parameter]
        public SwitchParameter Passthru { get; set; }

        protected override string[] Computers => ComputerName;

        protected override void Process()
        {
            foreach (var drive in VMDvdDrive ?? VmsNamed(new[] { VMName }).SelectMany(At))
            {
                if (ShouldProcess(drive.VMName, CmdletName) && MayChange(drive.Owner) && !Faulty(drive.Owner, "remove")
                    && AllowsPlugging(drive.Owner))
                {
                    Remove(drive);
                }
            }
        }

        IEnumerable<DvdDrive> At(VirtualMachine vm)
        {
            var hits = vm.DVDDrives.Where(d => d.ControllerNumber == ControllerNumber && d.ControllerLocation == ControllerLocation).ToList();
            if (hits.Count == 0)
            {
                Invalid(vm.Node, "No DVD drive was found at the given controller number and location.", null);
            }
            return hits;
        }

        void Remove(DvdDrive drive)
        {
            drive.Node.Log("event:dvd-remove", ("vm", drive.VMId));
            drive.Node.Update(state =>
            {
                var vm = GuestLink.Vm(state, drive.Owner.Id);
                vm.List("dvd").Remove(vm.Rows("dvd").FirstOrDefault(drive.Is));
            });
            if (Passthru)
            {
                WriteObject(drive);
            }
        }
    }
}
