// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Key-value pairs as the texts of CIM-XML that WMI gives and takes.

using System.Collections.Generic;
using System.Linq;
using System.Security;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace WindowsLab.Cim
{
    public static class KvpItems
    {
        /// <summary>Who wrote an item: host, guest, the guest's system, host only.</summary>
        public const int FromHost = 0, FromGuest = 1, Intrinsic = 2, HostOnly = 4;

        public static string[] ToXml(JsonObject pairs, int source)
        {
            var turn = 0;
            return (pairs ?? new JsonObject()).Select(p => Item(p.Key, p.Value?.ToString() ?? "", source, turn++)).ToArray();
        }

        public static (string name, string data) Parse(string xml)
        {
            var instance = XElement.Parse(xml);
            return (Property(instance, "Name"), Property(instance, "Data") ?? "");
        }

        static string Property(XElement instance, string name)
            => instance.Elements("PROPERTY").FirstOrDefault(p => (string)p.Attribute("NAME") == name)?.Element("VALUE")?.Value;

        /// <summary>Neither the order of the fields nor the shape of an empty value is fixed, so both change from item to item.</summary>
        static string Item(string name, string data, int source, int turn)
        {
            var fields = new List<string>
            {
                Inherited("Caption"),
                Field("Data", data, turn % 2 == 1),
                Inherited("Description"),
                Inherited("ElementName"),
                Field("Name", name, true),
                "<PROPERTY NAME=\"Source\" TYPE=\"uint16\"><VALUE>" + source + "</VALUE></PROPERTY>",
            };
            if (turn % 3 == 2)
            {
                fields.Reverse();
            }
            return "<INSTANCE CLASSNAME=\"Msvm_KvpExchangeDataItem\">" + string.Concat(fields) + "</INSTANCE>";
        }

        static string Inherited(string name) => "<PROPERTY NAME=\"" + name + "\" PROPAGATED=\"true\" TYPE=\"string\"></PROPERTY>";

        static string Field(string name, string value, bool writeEmpty)
        {
            var inner = value == "" && !writeEmpty ? "" : "<VALUE>" + SecurityElement.Escape(value) + "</VALUE>";
            return "<PROPERTY NAME=\"" + name + "\" TYPE=\"string\">" + inner + "</PROPERTY>";
        }
    }
}
