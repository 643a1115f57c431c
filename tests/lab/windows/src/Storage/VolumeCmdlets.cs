// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Get-Volume and Get-BitLockerVolume.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace WindowsLab.Storage
{
    [Cmdlet("Get", "Volume", DefaultParameterSetName = "ByDriveLetter")]
    public sealed class GetVolume : StorageCmdlet
    {
        const ulong SetupDiskSize = 27590656;

        [Parameter(Position = 0, ParameterSetName = "ByDriveLetter")]
        public char[] DriveLetter { get; set; }

        [Parameter(ParameterSetName = "ByPartition", ValueFromPipeline = true)]
        public PSObject Partition { get; set; }

        [Parameter(ParameterSetName = "ByLabel")]
        public string[] FileSystemLabel { get; set; }

        protected override void Process()
        {
            var letters = Partition != null ? new[] { (char)Of(Partition, "DriveLetter") } : DriveLetter;
            var hits = All().Where(v => letters == null || letters.Any(l => Same(l.ToString(), Of(v, "DriveLetter").ToString())))
                .Where(v => FileSystemLabel == null || FileSystemLabel.Any(l => Same(l, (string)Of(v, "FileSystemLabel")))).ToList();
            if (hits.Count == 0 && DriveLetter != null)
            {
                Missing("MSFT_Volume", "DriveLetter", DriveLetter[0]);
            }
            WriteObject(hits, true);
        }

        IEnumerable<PSObject> All()
        {
            yield return Volume('C', "System", "NTFS", "Fixed", 511000000000, 255000000000);
            foreach (var part in MountedDisks.All(Here.Read()).SelectMany(m => m.Value.Rows("partitions")))
            {
                if (part.Text("letter") is string letter)
                {
                    var size = (ulong)part.Long("size");
                    var fileSystem = part.Flag("locked") ? "" : part.Text("fileSystem", "NTFS");
                    yield return Volume(letter[0], part.Text("label", ""), fileSystem, "Fixed", size, size / 2);
                }
            }
            foreach (var drive in OpticalDrive.All(Here))
            {
                var size = drive.Loaded ? SetupDiskSize : 0;
                yield return Volume(drive.Letter[0], drive.Label ?? "", drive.Loaded ? "CDFS" : "", "CD-ROM", size, 0);
            }
        }

        static PSObject Volume(char letter, string label, string fileSystem, string type, ulong size, ulong free)
            => Make("MSFT_Volume",
                ("DriveLetter", letter), ("FileSystemLabel", label), ("FileSystem", fileSystem), ("FileSystemType", fileSystem),
                ("DriveType", type), ("HealthStatus", "Healthy"), ("OperationalStatus", "OK"), ("Size", size), ("SizeRemaining", free));
    }

    [Cmdlet("Get", "BitLockerVolume")]
    public sealed class GetBitLockerVolume : StorageCmdlet
    {
        [Parameter(Position = 0, ValueFromPipeline = true)]
        public string[] MountPoint { get; set; }

        protected override void Process()
        {
            foreach (var part in MountedDisks.All(Here.Read()).SelectMany(m => m.Value.Rows("partitions")))
            {
                if (part.Text("letter") != null && (MountPoint == null || MountPoint.Any(m => Same(m.TrimEnd('\\', ':'), part.Text("letter")))))
                {
                    WriteObject(Volume(part));
                }
            }
        }

        static PSObject Volume(JsonObject part)
        {
            var locked = part.Flag("locked");
            return Make("BitLockerVolume",
                ("MountPoint", part.Text("letter") + ":"), ("LockStatus", locked ? "Locked" : "Unlocked"),
                ("VolumeStatus", locked ? null : "FullyDecrypted"), ("ProtectionStatus", locked ? "Unknown" : "Off"));
        }
    }
}
