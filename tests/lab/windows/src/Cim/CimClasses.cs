// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The CIM namespaces and classes that a node offers.

using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WindowsLab.Cim
{
    public static class CimClasses
    {
        public const string Windows = "root/cimv2", HyperV = "root/virtualization/v2", Cluster = "root/mscluster";

        public static string Space(string name) => (name ?? Windows).Replace('\\', '/').Trim('/').ToLowerInvariant();

        public static bool HasSpace(Node node, string space)
        {
            switch (space)
            {
                case Windows: return true;
                case HyperV: return node.IsHost && node.HyperVModule != "none";
                case Cluster: return node.Read().Obj("cluster") != null;
                default: return node.Read().Obj("cim").Find(space) != null;
            }
        }

        /// <summary>The instances of a class, or null for an unknown one; of one VM only where its id is given.</summary>
        public static IEnumerable<LabCimInstance> Of(Node node, string space, string name, string vmId = null)
        {
            var given = node.Read().Obj("cim");
            var own = given.Obj(given.Find(space));
            if (own.Find(name) is string key && own[key] is JsonArray)
            {
                return own.Rows(key).Select(row => FromJson(node, space, key, row));
            }
            switch (space)
            {
                case Windows: return WindowsClasses.Of(node, name);
                case HyperV: return HyperVClasses.Of(node, name, vmId);
                case Cluster: return ClusterClasses.Of(node, name);
                default: return null;
            }
        }

        /// <summary>An instance whose properties the state spells out.</summary>
        public static LabCimInstance FromJson(Node node, string space, string name, JsonObject row)
        {
            var made = new LabCimInstance(node, space, name);
            foreach (var pair in row)
            {
                made.Add(pair.Key, Value(pair.Value));
            }
            return made;
        }

        static object Value(JsonNode json)
        {
            switch (json?.GetValueKind())
            {
                case JsonValueKind.Array: return ((JsonArray)json).Select(Value).ToArray();
                case JsonValueKind.Number: return json.AsValue().TryGetValue<uint>(out var small) ? small : (object)json.GetValue<long>();
                case JsonValueKind.True: return true;
                case JsonValueKind.False: return false;
                case JsonValueKind.String: return json.ToString();
                default: return null;
            }
        }
    }
}
