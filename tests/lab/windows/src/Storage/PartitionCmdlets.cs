// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Get-Partition, Add- and Remove-PartitionAccessPath.

using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace WindowsLab.Storage
{
    [Cmdlet("Get", "Partition", DefaultParameterSetName = "ByDiskNumber")]
    public sealed class GetPartition : StorageCmdlet
    {
        [Parameter(Position = 0, ParameterSetName = "ByDiskNumber", ValueFromPipelineByPropertyName = true)]
        public uint[] DiskNumber { get; set; }

        [Parameter(Position = 1, ParameterSetName = "ByDiskNumber")]
        [Alias("Number")]
        public uint[] PartitionNumber { get; set; }

        [Parameter(ParameterSetName = "ByDriveLetter")]
        public char[] DriveLetter { get; set; }

        [Parameter(ParameterSetName = "ByDisk", ValueFromPipeline = true)]
        public PSObject Disk { get; set; }

        protected override void Process()
        {
            if (DriveLetter != null)
            {
                foreach (var letter in DriveLetter)
                {
                    ByLetter(letter);
                }
                return;
            }
            var disks = Disk != null ? new[] { NumberOf(Disk, "Number") } : DiskNumber;
            var hits = AllPartitions().Where(p => (disks == null || disks.Contains(NumberOf(p, "DiskNumber")))
                && (PartitionNumber == null || PartitionNumber.Contains(NumberOf(p, "PartitionNumber")))).ToList();
            if (hits.Count == 0 && disks != null)
            {
                Missing("MSFT_Partition", "DiskNumber", disks[0]);
            }
            WriteObject(hits, true);
        }

        void ByLetter(char letter)
        {
            var hit = AllPartitions().FirstOrDefault(p => Same(Of(p, "DriveLetter").ToString(), letter.ToString()));
            if (hit == null)
            {
                Missing("MSFT_Partition", "DriveLetter", letter);
            }
            else
            {
                WriteObject(hit);
            }
        }
    }

    public abstract class AccessPathCmdlet : StorageCmdlet
    {
        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByDiskNumber", ValueFromPipelineByPropertyName = true)]
        public uint DiskNumber { get; set; }

        [Parameter(Mandatory = true, Position = 1, ParameterSetName = "ByDiskNumber", ValueFromPipelineByPropertyName = true)]
        [Alias("Number")]
        public uint PartitionNumber { get; set; }

        [Parameter(Mandatory = true, ParameterSetName = "InputObject", ValueFromPipeline = true)]
        public PSObject InputObject { get; set; }

        [Parameter(Position = 2)]
        public string AccessPath { get; set; }

        [Parameter]
        public SwitchParameter PassThru { get; set; }

        protected uint Disk => InputObject != null ? NumberOf(InputObject, "DiskNumber") : DiskNumber;
        protected uint Partition => InputObject != null ? NumberOf(InputObject, "PartitionNumber") : PartitionNumber;
        protected bool IsLetter => AccessPath != null && AccessPath.TrimEnd('\\').Length == 2 && AccessPath[1] == ':';

        protected abstract void Change(JsonObject state, string vhd, JsonObject partition);

        protected virtual bool Valid() => true;

        protected override void Process()
        {
            if (ShouldProcess("partition " + Partition) && Valid() && Edit(Disk, Partition, Change) && PassThru)
            {
                var changed = AllPartitions().Where(p => NumberOf(p, "DiskNumber") == Disk);
                WriteObject(changed.First(p => NumberOf(p, "PartitionNumber") == Partition));
            }
        }
    }

    [Cmdlet("Add", "PartitionAccessPath", DefaultParameterSetName = "ByDiskNumber", SupportsShouldProcess = true)]
    public sealed class AddPartitionAccessPath : AccessPathCmdlet
    {
        [Parameter]
        public SwitchParameter AssignDriveLetter { get; set; }

        protected override bool Valid()
        {
            if (AssignDriveLetter || IsLetter || Directory.Exists(Here.Local(AccessPath)))
            {
                return true;
            }
            Fail("The access path is not valid. ", ErrorCategory.InvalidArgument, AccessPath, "StorageWMI 42007");
            return false;
        }

        protected override void Change(JsonObject state, string vhd, JsonObject partition)
        {
            if (AssignDriveLetter)
            {
                partition["letter"] = MountedDisks.FreeLetter(state);
                return;
            }
            if (IsLetter)
            {
                partition["letter"] = AccessPath.Substring(0, 1).ToUpperInvariant();
                return;
            }
            var folder = Here.Local(AccessPath.TrimEnd('\\'));
            Directory.Delete(folder);
            Directory.CreateSymbolicLink(folder, Here.PartitionFolder(vhd, partition));
            partition.MakeList("accessPaths").Add(AccessPath.TrimEnd('\\') + "\\");
        }
    }

    [Cmdlet("Remove", "PartitionAccessPath", DefaultParameterSetName = "ByDiskNumber", SupportsShouldProcess = true)]
    public sealed class RemovePartitionAccessPath : AccessPathCmdlet
    {
        protected override void Change(JsonObject state, string vhd, JsonObject partition)
        {
            if (IsLetter)
            {
                partition.Remove("letter");
                return;
            }
            var paths = partition.List("accessPaths");
            var hit = paths.FirstOrDefault(p => Same(p.ToString().TrimEnd('\\'), AccessPath.TrimEnd('\\')));
            if (hit == null)
            {
                return;
            }
            paths.Remove(hit);
            var folder = Here.Local(AccessPath.TrimEnd('\\'));
            Directory.Delete(folder);   // the link, not what it leads to
            Directory.CreateDirectory(folder);
        }
    }
}
