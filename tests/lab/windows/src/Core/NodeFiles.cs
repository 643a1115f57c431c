// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The files of a node: its C drive, and what drive letters lead to.

using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    public sealed partial class Node
    {
        public string SystemDrive => Path.Combine(Folder, "C");

        /// <summary>A Windows path as a path on this machine; each part is found without regard to case.</summary>
        public string Local(string windowsPath)
        {
            var path = (windowsPath ?? "").Replace('\\', '/');
            if (path.Length < 2 || path[1] != ':')
            {
                return path;
            }
            var letter = char.ToUpperInvariant(path[0]);
            var at = DriveRoot(letter) ?? Path.Combine(Folder, letter.ToString());
            foreach (var part in path.Substring(2).Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                at = Spelt(at, part);
            }
            return at;
        }

        public bool FileExists(string windowsPath)
        {
            var local = Local(windowsPath);
            return File.Exists(local) || Directory.Exists(local);
        }

        /// <summary>The folder behind a drive letter: C, a mounted disk or the DVD drive of a guest.</summary>
        public string DriveRoot(char letter)
            => letter == 'C' ? SystemDrive : MountedDisks.Root(this, letter) ?? OpticalDrive.Root(this, letter);

        /// <summary>The content of one partition of a virtual disk.</summary>
        public string PartitionFolder(string vhdPath, JsonObject partition)
        {
            var file = vhdPath.Replace('\\', '/').Split('/').Last();
            var folder = partition.Text("dir") is string given
                ? Path.Combine(Folder, given)
                : Path.Combine(Folder, "vhd", file, partition.Int("number").ToString());
            Directory.CreateDirectory(folder);
            if (!partition.Flag("locked"))
            {
                VersionedFile.WriteAll(folder, partition.Obj("fileVersions"));
            }
            return folder;
        }

        static string Spelt(string folder, string part)
        {
            var exact = Path.Combine(folder, part);
            if (File.Exists(exact) || Directory.Exists(exact) || !Directory.Exists(folder))
            {
                return exact;
            }
            return Directory.EnumerateFileSystemEntries(folder).FirstOrDefault(e => Json.Same(Path.GetFileName(e), part)) ?? exact;
        }
    }
}
