// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace WinLab
{
    /// <summary>The "vhds" of a node: what mounting and letters do to them.</summary>
    public static class Disks
    {
        public static (string path, JsonObject data) Find(JsonObject state, string path)
        {
            var vhds = state.Obj("vhds");
            var key = path == null ? null : vhds.Find(path.Replace('/', '\\'));
            return (key, key == null ? null : vhds.Obj(key));
        }

        public static IEnumerable<KeyValuePair<string, JsonObject>> Mounted(JsonObject state) => state.Obj("vhds").Objects().Where(v => v.Value.Flag("attached"));

        public static void Attach(JsonObject state, JsonObject vhd, bool letters, bool readOnly)
        {
            var used = Mounted(state).Select(m => m.Value.Int("diskNumber")).ToList();
            var number = 1;
            while (used.Contains(number)) number++;
            vhd["attached"] = true;
            vhd["diskNumber"] = number;
            vhd["readOnly"] = readOnly || vhd.Flag("readOnlyOnMount");
            vhd["offline"] = vhd.Flag("offlineOnMount");
            vhd["wantsLetters"] = letters;
            if (!vhd.Flag("offline")) Letters(state, vhd);
        }

        public static void Letters(JsonObject state, JsonObject vhd)
        {
            if (!vhd.Flag("wantsLetters")) return;
            foreach (var part in vhd.List("partitions").OfType<JsonObject>().Where(p => p.Text("type", "Basic") == "Basic" && p.Text("letter") == null))
                part["letter"] = Free(state);
        }

        public static string Free(JsonObject state)
        {
            var used = Mounted(state).SelectMany(m => m.Value.List("partitions").OfType<JsonObject>()).Select(p => p.Text("letter")).Concat(state.List("usedLetters").Select(l => l.ToString()));
            return Enumerable.Range('E', 22).Select(c => ((char)c).ToString()).First(c => !used.Contains(c));
        }

        public static void Detach(JsonObject vhd)
        {
            foreach (var key in new[] { "attached", "diskNumber", "readOnly", "offline", "wantsLetters" }) vhd.Remove(key);
            foreach (var part in vhd.List("partitions").OfType<JsonObject>()) part.Remove("letter");
        }

        /// <summary>Makes this session's letter drives match the mounted disks.</summary>
        public static void Drives(PSCmdlet cmdlet, Node node)
        {
            var files = cmdlet.SessionState.Provider.GetOne("FileSystem");
            for (var c = 'D'; c <= 'Z'; c++)
            {
                var root = node.DriveRoot(c);
                var drive = cmdlet.SessionState.Drive.GetAll().FirstOrDefault(d => d.Name.Equals(c.ToString(), StringComparison.OrdinalIgnoreCase));
                if (root == null && drive != null && drive.Root.StartsWith(node.Dir)) cmdlet.SessionState.Drive.Remove(drive.Name, true, "global");
                if (root != null && drive == null) cmdlet.SessionState.Drive.New(new PSDriveInfo(c.ToString(), files, root, "", null), "global");
            }
        }
    }
}
