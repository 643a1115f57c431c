// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Get-, Mount- and Dismount-VHD.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using Microsoft.Vhd.PowerShell;

namespace WindowsLab.HyperV
{
    public abstract class VhdCmdlet : HvCmdlet
    {
        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        protected override string[] Computers => ComputerName;

        protected VirtualHardDisk Disk(Node host, string path)
        {
            var (key, data) = MountedDisks.Find(host.Read(), path);
            if (key != null && data.Text("readError") is string text)
            {
                Fail("AccessDenied", ErrorCategory.PermissionDenied, text, path);
                return null;
            }
            if (key != null)
            {
                return new VirtualHardDisk(host, key, data);
            }
            Fail("ObjectNotFound", ErrorCategory.ObjectNotFound,
                "Getting the virtual disk failed: the system cannot find the file '" + path + "'.", path);
            return null;
        }

        protected static bool UsedByVm(Node host, string path)
            => host.Read().Rows("vms").Where(v => v.Text("state", "Off") != "Off")
                .SelectMany(v => v.Rows("disks"))
                .Any(d => Chain(host, d.Text("path")).Any(p => Same(p, path)));

        /// <summary>A disk and its parents; the depth is bounded, since a state may hold a circle.</summary>
        static IEnumerable<string> Chain(Node host, string path)
        {
            for (var left = 20; !string.IsNullOrEmpty(path) && left > 0; left--)
            {
                yield return path;
                path = MountedDisks.Find(host.Read(), path).data.Text("parent");
            }
        }
    }

    [OutputType(typeof(VirtualHardDisk))]
    public abstract class GetVhdBase : VhdCmdlet
    {
        [Parameter(ParameterSetName = "Disk", Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
        [Alias("Number")]
        public uint DiskNumber { get; set; }

        [Parameter(ParameterSetName = "Path", Mandatory = true, Position = 0, ValueFromPipeline = true,
            ValueFromPipelineByPropertyName = true)]
        [Alias("FullName")]
        [ValidateNotNullOrEmpty]
        public string[] Path { get; set; }

        [Parameter(ParameterSetName = "VMId", Mandatory = true, Position = 0, ValueFromPipeline = true,
            ValueFromPipelineByPropertyName = true)]
        [Alias("Id")]
        [ValidateNotNullOrEmpty]
        public Guid[] VMId { get; set; }

        protected override void Process()
        {
            foreach (var host in Hosts())
            {
                if (ParameterSetName == "Disk")
                {
                    ByNumber(host);
                    continue;
                }
                foreach (var path in Path ?? VMId.SelectMany(id => host.Vm(id).Rows("disks")).Select(d => d.Text("path")))
                {
                    if (path != null && Disk(host, path) is VirtualHardDisk disk)
                    {
                        WriteObject(disk);
                    }
                }
            }
        }

        void ByNumber(Node host)
        {
            var hit = MountedDisks.ByNumber(host.Read(), DiskNumber);
            if (hit.Key != null)
            {
                WriteObject(new VirtualHardDisk(host, hit.Key, hit.Value));
                return;
            }
            Fail("ObjectNotFound", ErrorCategory.ObjectNotFound, "No mounted virtual disk has the number " + DiskNumber + ".", DiskNumber);
        }
    }

    public abstract class MountVhdBase : VhdCmdlet
    {
        [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [Alias("FullName")]
        [ValidateNotNullOrEmpty]
        public string[] Path { get; set; }

        [Parameter]
        public SwitchParameter NoDriveLetter { get; set; }

        [Parameter]
        public SwitchParameter ReadOnly { get; set; }

        [Parameter]
        public SwitchParameter Passthru { get; set; }

        protected override void Process()
        {
            foreach (var host in Hosts())
            {
                foreach (var path in Path)
                {
                    if (ShouldProcess(path, CmdletName) && Disk(host, path) is VirtualHardDisk disk && MayWrite(host)
                        && MayMount(host, disk))
                    {
                        Mount(host, disk);
                    }
                }
            }
        }

        bool MayMount(Node host, VirtualHardDisk disk)
        {
            if (disk.Attached || UsedByVm(host, disk.Path))
            {
                Fail("OperationFailed", ErrorCategory.ResourceBusy, "Failed to mount the virtual disk. The process cannot access the " +
                    "file because it is being used by another process: '" + disk.Path + "'.", disk.Path);
                return false;
            }
            if (MountedDisks.Find(host.Read(), disk.Path).data.Text("mountError") is string text)
            {
                Fail("OperationFailed", ErrorCategory.NotSpecified, text, disk.Path);
                return false;
            }
            return true;
        }

        void Mount(Node host, VirtualHardDisk disk)
        {
            host.Log("event:mount", ("path", disk.Path));
            host.Update(state => MountedDisks.Attach(state, MountedDisks.Find(state, disk.Path).data, !NoDriveLetter, ReadOnly));
            MountedDisks.SyncDrives(SessionState, host);
            if (Passthru)
            {
                WriteObject(disk);
            }
        }
    }

    public abstract class DismountVhdBase : VhdCmdlet
    {
        [Parameter(ParameterSetName = "Disk", Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
        [Alias("Number")]
        public uint DiskNumber { get; set; }

        [Parameter(ParameterSetName = "Path", Mandatory = true, Position = 0, ValueFromPipeline = true,
            ValueFromPipelineByPropertyName = true)]
        [Alias("FullName")]
        [ValidateNotNullOrEmpty]
        public string[] Path { get; set; }

        [Parameter]
        public SwitchParameter Passthru { get; set; }

        protected override void Process()
        {
            foreach (var host in Hosts())
            {
                foreach (var path in Path ?? new[] { MountedDisks.ByNumber(host.Read(), DiskNumber).Key ?? "disk " + DiskNumber })
                {
                    if (ShouldProcess(path, CmdletName) && Disk(host, path) is VirtualHardDisk disk && MayDismount(host, disk))
                    {
                        Dismount(host, disk);
                    }
                }
            }
        }

        /// <summary>"dismountErrors" of a disk lets that many attempts fail.</summary>
        bool MayDismount(Node host, VirtualHardDisk disk)
        {
            var data = MountedDisks.Find(host.Read(), disk.Path).data;
            if (!data.Flag("attached"))
            {
                Fail("InvalidState", ErrorCategory.InvalidOperation, "The virtual disk '" + disk.Path + "' is not mounted.", disk.Path);
                return false;
            }
            if (data.Int("dismountErrors") == 0)
            {
                return true;
            }
            host.Update(state =>
            {
                var now = MountedDisks.Find(state, disk.Path).data;
                now["dismountErrors"] = now.Int("dismountErrors") - 1;
            });
            Fail("OperationFailed", ErrorCategory.ResourceBusy, "Failed to dismount the virtual disk '" + disk.Path + "'.", disk.Path);
            return false;
        }

        void Dismount(Node host, VirtualHardDisk disk)
        {
            host.Log("event:dismount", ("path", disk.Path));
            host.Update(state => MountedDisks.Detach(MountedDisks.Find(state, disk.Path).data));
            MountedDisks.SyncDrives(SessionState, host);
            if (Passthru)
            {
                WriteObject(disk);
            }
        }
    }
}
