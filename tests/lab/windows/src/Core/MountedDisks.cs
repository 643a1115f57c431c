// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The virtual disks of a node ("vhds"): what mounting and letters do to them.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    public static class MountedDisks
    {
        public static (string path, JsonObject data) Find(JsonObject state, string path)
        {
            var vhds = state.Obj("vhds");
            var key = vhds.Find(path?.Replace('/', '\\'));
            return (key, vhds.Obj(key));
        }

        public static List<KeyValuePair<string, JsonObject>> All(JsonObject state)
            => state.Obj("vhds").Objects().Where(v => v.Value.Flag("attached")).OrderBy(v => v.Value.Int("diskNumber")).ToList();

        public static KeyValuePair<string, JsonObject> ByNumber(JsonObject state, long number)
            => All(state).FirstOrDefault(m => m.Value.Int("diskNumber") == number);

        public static void Attach(JsonObject state, JsonObject vhd, bool letters, bool readOnly)
        {
            var taken = All(state).Select(m => m.Value.Int("diskNumber")).ToList();
            vhd["attached"] = true;
            vhd["diskNumber"] = Enumerable.Range(1, taken.Count + 1).First(n => !taken.Contains(n));
            vhd["readOnly"] = readOnly || vhd.Flag("readOnlyOnMount");
            vhd["offline"] = vhd.Flag("offlineOnMount");
            vhd["wantsLetters"] = letters;
            if (!vhd.Flag("offline"))
            {
                GiveLetters(state, vhd);
            }
        }

        /// <summary>Windows gives letters to the basic partitions only; EFI, reserved and recovery ones stay without.</summary>
        public static void GiveLetters(JsonObject state, JsonObject vhd)
        {
            if (!vhd.Flag("wantsLetters"))
            {
                return;
            }
            foreach (var part in vhd.Rows("partitions").Where(p => p.Text("type", "Basic") == "Basic" && p.Text("letter") == null))
            {
                part["letter"] = FreeLetter(state);
            }
        }

        public static string FreeLetter(JsonObject state)
        {
            var used = All(state).SelectMany(m => m.Value.Rows("partitions")).Select(p => p.Text("letter"))
                .Concat(state.List("usedLetters").Select(l => l.ToString())).ToList();
            return Enumerable.Range('E', 22).Select(c => ((char)c).ToString()).FirstOrDefault(c => !used.Contains(c));
        }

        public static void Detach(JsonObject vhd)
        {
            foreach (var key in new[] { "attached", "diskNumber", "readOnly", "offline", "wantsLetters" })
            {
                vhd.Remove(key);
            }
            foreach (var part in vhd.Rows("partitions"))
            {
                part.Remove("letter");
            }
        }

        /// <summary>The folder behind the letter of a mounted disk.</summary>
        public static string Root(Node node, char letter)
        {
            foreach (var disk in All(node.Read()))
            {
                foreach (var part in disk.Value.Rows("partitions"))
                {
                    if (Json.Same(part.Text("letter"), letter.ToString()))
                    {
                        return node.PartitionFolder(disk.Key, part);
                    }
                }
            }
            return null;
        }

        /// <summary>Gives a new session the node's drives.</summary>
        public static void AddDrives(SessionState session, Node node)
        {
            foreach (var letter in Letters(node).Append('C'))
            {
                AddDrive(session, letter, node.DriveRoot(letter));
            }
        }

        /// <summary>Makes the drives of a session match the disks after one came or went.</summary>
        public static void SyncDrives(SessionState session, Node node)
        {
            for (var letter = 'D'; letter <= 'Z'; letter++)
            {
                var root = node.DriveRoot(letter);
                var drive = session.Drive.GetAll().FirstOrDefault(d => Json.Same(d.Name, letter.ToString()));
                if (root == null && drive != null && drive.Root.StartsWith(node.Folder, StringComparison.Ordinal))
                {
                    session.Drive.Remove(drive.Name, true, "global");
                }
                if (root != null && drive == null)
                {
                    AddDrive(session, letter, root);
                }
            }
        }

        static IEnumerable<char> Letters(Node node)
            => Enumerable.Range('D', 'Z' - 'D' + 1).Select(c => (char)c).Where(c => node.DriveRoot(c) != null);

        static void AddDrive(SessionState session, char letter, string root)
        {
            Directory.CreateDirectory(root);
            var files = session.Provider.GetOne("FileSystem");
            session.Drive.New(new PSDriveInfo(letter.ToString(), files, root, "", null), "global");
        }
    }
}
