// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What Get-VHD and Mount-VHD give.

using System;
using System.Text.Json.Nodes;
using WindowsLab;

namespace Microsoft.Vhd.PowerShell
{
    public class VirtualHardDisk
    {
        readonly JsonObject first;

        internal VirtualHardDisk(Node node, string path, JsonObject now)
        {
            Node = node;
            Path = path;
            first = now;
        }

        public string ComputerName => Node.ComputerName;
        public string Path { get; }
        public VhdFormat VhdFormat => Enum.Parse<VhdFormat>(Data.Text("format", OldFormat ? "VHD" : "VHDX"), true);
        public VhdType VhdType => Enum.Parse<VhdType>(Data.Text("type", "Dynamic"), true);
        public ulong FileSize => (ulong)Data.Long("fileSize", 10737418240);
        public ulong Size => (ulong)Data.Long("size", 64424509440);
        public ulong? MinimumSize => Size;
        public uint LogicalSectorSize => 512;
        public uint PhysicalSectorSize => 4096;
        public uint BlockSize => 33554432;
        public string ParentPath => Data.Text("parent", "");
        public string DiskIdentifier => Data.Text("diskIdentifier", "4E55B4A7-0000-0000-0000-000000000001");
        public uint? FragmentationPercentage => 0;
        public uint Alignment => 1;
        public bool Attached => Data.Flag("attached") || Data.Flag("inUse");
        public uint? DiskNumber => Data.Flag("attached") ? (uint)Data.Int("diskNumber", 1) : (uint?)null;
        public uint? Number => DiskNumber;
        public bool IsPMEMCompatible => false;
        internal Node Node { get; }
        bool OldFormat => Path.EndsWith("vhd", StringComparison.OrdinalIgnoreCase);
        JsonObject Data => MountedDisks.Find(Node.Read(), Path).data ?? first;
    }
}
