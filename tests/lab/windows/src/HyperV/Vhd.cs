// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using Microsoft.HyperV.PowerShell;
using Microsoft.Vhd.PowerShell;

namespace WinLab.HyperV
{
    public abstract class VhdBase : HvCmdlet
    {
        [Parameter] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        protected override string[] Computers => ComputerName;

        protected string Full(Node host, string path)
        {
            var drive = path.Replace('/', '\\');
            if (Disks.Find(host.Read(), drive).path is string known) return known;
            return drive;
        }

        protected VirtualHardDisk Disk(Node host, string path)
        {
            var (key, data) = Disks.Find(host.Read(), path);
            if (key != null) return new VirtualHardDisk(host, key, data);
            Fail("ObjectNotFound", ErrorCategory.ObjectNotFound, "Getting the virtual disk failed: the system cannot find the file '" + path + "'.", path);
            return null;
        }

        protected bool UsedByRunning(Node host, string path)
            => host.Read().List("vms").OfType<JsonObject>().Any(v => v.Text("state", "Off") != "Off" && v.List("disks").OfType<JsonObject>().Any(d => Chain(host, d.Text("path")).Any(p => Same(p, path))));

        static IEnumerable<string> Chain(Node host, string path)
        {
            for (var left = 20; path != null && left > 0; left--)
            {
                yield return path;
                path = Disks.Find(host.Read(), path).data.Text("parent");
                if (path == "") path = null;
            }
        }
    }

    [OutputType(typeof(VirtualHardDisk))]
    public abstract class GetVhdBase : VhdBase
    {
        [Parameter(ParameterSetName = "Disk", Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)] [Alias("Number")] public uint DiskNumber { get; set; }
        [Parameter(ParameterSetName = "Path", Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)] [Alias("FullName")] [ValidateNotNullOrEmpty] public string[] Path { get; set; }
        [Parameter(ParameterSetName = "VMId", Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)] [Alias("Id")] [ValidateNotNullOrEmpty] public Guid[] VMId { get; set; }
        protected override void Process()
        {
            foreach (var host in Hosts())
            {
                if (ParameterSetName == "Disk")
                {
                    var hit = Disks.Mounted(host.Read()).FirstOrDefault(m => m.Value.Int("diskNumber") == DiskNumber);
                    if (hit.Key != null) WriteObject(new VirtualHardDisk(host, hit.Key, hit.Value));
                    else Fail("ObjectNotFound", ErrorCategory.ObjectNotFound, "No mounted virtual disk has the number " + DiskNumber + ".", DiskNumber);
                    continue;
                }
                var paths = Path ?? VMId.SelectMany(id => Services.Vm(host.Read(), id).List("disks").OfType<JsonObject>().Select(d => d.Text("path"))).Where(p => p != null).ToArray();
                foreach (var path in paths) if (Disk(host, path) is VirtualHardDisk d) WriteObject(d);
            }
        }
    }

    public abstract class MountVhdBase : VhdBase
    {
        [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)] [Alias("FullName")] [ValidateNotNullOrEmpty] public string[] Path { get; set; }
        [Parameter] public SwitchParameter NoDriveLetter { get; set; }
        [Parameter] public SwitchParameter ReadOnly { get; set; }
        [Parameter] public SwitchParameter Passthru { get; set; }
        protected override void Process()
        {
            foreach (var host in Hosts())
                foreach (var path in Path)
                {
                    if (!ShouldProcess(path, "Mount-VHD") || !(Disk(host, path) is VirtualHardDisk disk) || !MayWrite(host)) continue;
                    var data = Disks.Find(host.Read(), path).data;
                    if (disk.Attached || UsedByRunning(host, disk.Path))
                    {
                        Fail("OperationFailed", ErrorCategory.ResourceBusy, "Failed to mount the virtual disk. The process cannot access the file because it is being used by another process: '" + path + "'.", path);
                        continue;
                    }
                    if (data.Text("mountError") is string text) { Fail("OperationFailed", ErrorCategory.NotSpecified, text, path); continue; }
                    host.Log("event:mount", new Dictionary<string, object> { ["path"] = disk.Path });
                    host.Update(s => Disks.Attach(s, Disks.Find(s, path).data, !NoDriveLetter, ReadOnly));
                    Disks.Drives(this, host);
                    if (Passthru) WriteObject(disk);
                }
        }
    }

    public abstract class DismountVhdBase : VhdBase
    {
        [Parameter(ParameterSetName = "Disk", Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)] [Alias("Number")] public uint DiskNumber { get; set; }
        [Parameter(ParameterSetName = "Path", Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)] [Alias("FullName")] [ValidateNotNullOrEmpty] public string[] Path { get; set; }
        [Parameter] public SwitchParameter Passthru { get; set; }
        protected override void Process()
        {
            foreach (var host in Hosts())
                foreach (var path in Path ?? Disks.Mounted(host.Read()).Where(m => m.Value.Int("diskNumber") == DiskNumber).Select(m => m.Key).DefaultIfEmpty("disk " + DiskNumber).ToArray())
                {
                    if (!ShouldProcess(path, "Dismount-VHD") || !(Disk(host, path) is VirtualHardDisk disk)) continue;
                    if (!Disks.Find(host.Read(), path).data.Flag("attached"))
                    {
                        Fail("InvalidState", ErrorCategory.InvalidOperation, "The virtual disk '" + path + "' is not mounted.", path);
                        continue;
                    }
                    host.Log("event:dismount", new Dictionary<string, object> { ["path"] = disk.Path });
                    host.Update(s => Disks.Detach(Disks.Find(s, path).data));
                    Disks.Drives(this, host);
                    if (Passthru) WriteObject(disk);
                }
        }
    }
}
