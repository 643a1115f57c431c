// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Classes of root/mscluster: a node of a cluster knows all groups, but Get-VM shows only its own VMs.

using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace WindowsLab.Cim
{
    static class ClusterClasses
    {
        const uint Up = 0;

        public static IEnumerable<LabCimInstance> Of(Node node, string name)
        {
            var cluster = node.Read().Obj("cluster");
            switch (name.ToLowerInvariant())
            {
                case "mscluster_cluster":
                    return new[] { New(node, "MSCluster_Cluster").Add("Name", cluster.Text("name")).Add("Fqdn", Fqdn(node, cluster)) };
                case "mscluster_resourcegroup":
                    return cluster.Rows("groups").Select(g => Group(node, g));
                case "mscluster_node":
                    return Members(node, cluster).Select(m => New(node, "MSCluster_Node").Add("Name", m).Add("State", Up));
                default:
                    return null;
            }
        }

        static LabCimInstance New(Node node, string name) => new LabCimInstance(node, CimClasses.Cluster, name);

        static string Fqdn(Node node, JsonObject cluster) => cluster.Text("name") + "." + node.Domain;

        static LabCimInstance Group(Node node, JsonObject group)
            => New(node, "MSCluster_ResourceGroup").Add("Name", group.Text("name")).Add("Id", group.Text("id"))
                .Add("OwnerNode", group.Text("owner")).Add("State", (uint)group.Int("state"))
                .Add("GroupType", (uint)group.Int("type", 111));

        static IEnumerable<string> Members(Node node, JsonObject cluster)
            => cluster.List("nodes").Select(n => n.ToString())
                .Concat(cluster.Rows("groups").Select(g => g.Text("owner")))
                .Append(node.ComputerName).Where(n => n != null).Distinct();
    }
}
