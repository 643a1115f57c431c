// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The DVD drives that a guest sees: those of its VM, with what lies in them.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    /// <summary>One DVD drive of a guest; the guest gives the letter, the host gives the medium.</summary>
    public sealed class OpticalDrive
    {
        public string Letter { get; private set; }
        public string Label { get; private set; }

        /// <summary>The content; null for an empty drive.</summary>
        public string Folder { get; private set; }
        public bool Loaded => Folder != null || Label != null;

        /// <summary>The drives of the linked VM, then those that the guest's own state names ("dvdDrives").</summary>
        public static List<OpticalDrive> All(Node guest)
        {
            var found = new List<OpticalDrive>();
            var taken = guest.Read().List("usedLetters").Select(l => l.ToString()).Append("C").ToList();
            var own = guest.Read().Rows("dvdDrives");
            taken.AddRange(own.Select(o => o.Text("letter", "D")));
            var (host, vm) = GuestLink.HostOf(guest);
            foreach (var drive in vm.Rows("dvd"))
            {
                var letter = Enumerable.Range('D', 23).Select(c => ((char)c).ToString()).First(c => !taken.Contains(c));
                taken.Add(letter);
                found.Add(Of(host, letter, drive.Text("path")));
            }
            foreach (var drive in own)
            {
                var folder = drive.Text("dir") is string dir ? Path.Combine(guest.Folder, dir) : null;
                found.Add(new OpticalDrive { Letter = drive.Text("letter", "D"), Label = drive.Text("label"), Folder = folder });
            }
            return found;
        }

        /// <summary>The folder behind the letter of a loaded drive.</summary>
        public static string Root(Node node, char letter)
        {
            if (!node.IsGuest)
            {
                return null;
            }
            return All(node).FirstOrDefault(d => Json.Same(d.Letter, letter.ToString()))?.Folder;
        }

        static OpticalDrive Of(Node host, string letter, string path)
        {
            var drive = new OpticalDrive { Letter = letter };
            if (!string.IsNullOrEmpty(path))
            {
                var medium = Medium.Of(host, path);
                drive.Folder = medium.Folder;
                drive.Label = medium.Label;
            }
            return drive;
        }
    }

    /// <summary>What an ISO file of a host holds: a folder of the node, since nothing on this machine can mount it.</summary>
    public sealed class Medium
    {
        public const string SetupDisk = "vmguest.iso", SetupDiskLabel = "VMGUEST";

        public string Label { get; private set; }
        public string Folder { get; private set; }

        /// <summary>The state's "media" describes ISO files by path; the setup disk of the host needs no entry.</summary>
        public static Medium Of(Node host, string path)
        {
            var file = path.Replace('/', '\\').Split('\\').Last();
            var media = host.Read().Obj("media");
            var entry = media.Obj(media.Find(path.Replace('/', '\\'))) ?? new JsonObject();
            var setup = Json.Same(file, SetupDisk);
            var folder = Path.Combine(host.Folder, entry.Text("dir", Path.Combine("media", file.ToLowerInvariant())));
            Directory.CreateDirectory(folder);
            if (setup || entry.Has("setupVersion"))
            {
                SetupProgram.WriteDisk(folder, entry.Text("setupVersion") ?? NodeDefaults.ReferenceVersion(host));
            }
            return new Medium
            {
                Folder = folder,
                Label = entry.Text("label", setup ? SetupDiskLabel : Path.GetFileNameWithoutExtension(file).ToUpperInvariant()),
            };
        }
    }
}
