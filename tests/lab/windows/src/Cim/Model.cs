// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.HyperV.PowerShell;

namespace WinLab.Cim
{
    public sealed class LabCimClass
    {
        public string CimClassName { get; set; }
        public string ClassName => CimClassName;
        public string Namespace { get; set; }
        public override string ToString() => Namespace + ":" + CimClassName;
    }

    public sealed class LabCimProperty
    {
        public string Name { get; set; }
        public object Value { get; set; }
        public string CimType => Value == null ? "String" : Value.GetType().IsArray ? Value.GetType().GetElementType().Name + "Array" : Value.GetType().Name;
        public override string ToString() => Name + " = " + Value;
    }

    public sealed class LabCimProperties : IEnumerable<LabCimProperty>
    {
        internal readonly List<LabCimProperty> Items = new List<LabCimProperty>();
        public LabCimProperty this[string name] => Items.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));
        public int Count => Items.Count;
        public IEnumerator<LabCimProperty> GetEnumerator() => Items.GetEnumerator();
        IEnumerator IEnumerable.GetEnumerator() => Items.GetEnumerator();
    }

    /// <summary>A CIM instance of the lab; its values are also note properties of the object around it.</summary>
    public sealed class LabCim
    {
        internal Node Node;
        internal LabCim(Node node, string space, string name) { Node = node; CimClass = new LabCimClass { CimClassName = name, Namespace = space }; }
        public LabCimClass CimClass { get; }
        public LabCimProperties CimInstanceProperties { get; } = new LabCimProperties();
        public LabCimClass CimSystemProperties => CimClass;
        public override string ToString() => CimClass.CimClassName;

        internal object this[string name] => CimInstanceProperties[name]?.Value;
        internal LabCim Add(string name, object value) { CimInstanceProperties.Items.Add(new LabCimProperty { Name = name, Value = value }); return this; }

        internal PSObject Show(IEnumerable<string> only = null)
        {
            var shown = new PSObject(this);
            shown.TypeNames.Clear();
            shown.TypeNames.Add("Microsoft.Management.Infrastructure.CimInstance#" + CimClass.Namespace + "/" + CimClass.CimClassName);
            shown.TypeNames.Add("Microsoft.Management.Infrastructure.CimInstance");
            shown.TypeNames.Add("System.Object");
            foreach (var p in CimInstanceProperties)
                shown.Properties.Add(new PSNoteProperty(p.Name, only == null || only.Contains(p.Name, StringComparer.OrdinalIgnoreCase) ? p.Value : null));
            shown.Properties.Add(new PSNoteProperty("PSComputerName", null));
            return shown;
        }
    }

    /// <summary>The classes that a node offers.</summary>
    public static class Classes
    {
        public static string Space(string name) => (name ?? "root/cimv2").Replace('\\', '/').Trim('/').ToLowerInvariant();

        public static bool HasSpace(Node node, string space)
        {
            var state = node.Read();
            switch (space)
            {
                case "root/cimv2": return true;
                case "root/virtualization/v2": return state.Text("role") == "host" && node.HyperVModule != "none";
                case "root/mscluster": return state.Obj("cluster") != null;
                default: return state.Obj("cim").Find(space) != null;
            }
        }

        /// <summary>All instances, or null for an unknown class.</summary>
        public static List<LabCim> Of(Node node, string space, string name)
        {
            var state = node.Read();
            var extra = state.Obj("cim");
            var own = extra.Obj(extra.Find(space) ?? "");
            if (own.Find(name) is string key && own[key] is JsonArray rows) return rows.OfType<JsonObject>().Select(r => Plain(node, space, key, r)).ToList();
            switch (space)
            {
                case "root/cimv2": return Windows(node, state, name);
                case "root/virtualization/v2": return Virtual(node, state, name);
                case "root/mscluster": return Cluster(node, state, name);
                default: return null;
            }
        }

        static LabCim Plain(Node node, string space, string name, JsonObject row)
        {
            var c = new LabCim(node, space, name);
            foreach (var p in row) c.Add(p.Key, Value(p.Value));
            return c;
        }

        static object Value(JsonNode v)
        {
            if (v is JsonArray many) return many.Select(Value).ToArray();
            if (!(v is JsonValue j)) return null;
            switch (j.GetValueKind())
            {
                case JsonValueKind.Number: return j.TryGetValue<uint>(out var u) ? u : (object)j.GetValue<long>();
                case JsonValueKind.True: return true;
                case JsonValueKind.False: return false;
                default: return j.ToString();
            }
        }

        static bool Is(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
        static readonly DateTime Boot = DateTime.Now.AddHours(-5);

        static List<LabCim> Windows(Node node, JsonObject s, string name)
        {
            LabCim New(string n) => new LabCim(node, "root/cimv2", n);
            var os = s.Obj("os");
            var computer = s.Text("computerName", node.Name.ToUpperInvariant());
            var list = new List<LabCim>();
            switch (name.ToLowerInvariant())
            {
                case "win32_operatingsystem":
                case "cim_operatingsystem":
                    list.Add(New("Win32_OperatingSystem").Add("Caption", os.Text("caption")).Add("Version", os.Text("version")).Add("BuildNumber", os.Text("build")).Add("BuildType", "Multiprocessor Free")
                        .Add("ProductType", (uint)os.Int("productType", 3)).Add("OperatingSystemSKU", (uint)os.Int("sku", 7)).Add("OSArchitecture", os.Text("architecture", "64-bit"))
                        .Add("CSName", computer).Add("CSDVersion", os.Text("csd") == "" ? null : os.Text("csd")).Add("ServicePackMajorVersion", (ushort)(os.Text("csd", "").EndsWith("1") ? 1 : 0)).Add("ServicePackMinorVersion", (ushort)0)
                        .Add("SystemDirectory", @"C:\Windows\system32").Add("WindowsDirectory", @"C:\Windows").Add("SystemDrive", "C:").Add("OSLanguage", 1033u).Add("Locale", "0409").Add("MUILanguages", new[] { s.Text("language", "en") })
                        .Add("LastBootUpTime", Boot).Add("LocalDateTime", DateTime.Now).Add("InstallDate", new DateTime(2024, 1, 1)).Add("TotalVisibleMemorySize", 4193772UL).Add("FreePhysicalMemory", 2093772UL).Add("Status", "OK"));
                    return list;
                case "win32_computersystem":
                case "cim_computersystem":
                    var isGuest = s.Text("role") == "guest";
                    list.Add(New("Win32_ComputerSystem").Add("Name", computer).Add("DNSHostName", computer).Add("Domain", s.Text("domain", "lab.example")).Add("PartOfDomain", true).Add("DomainRole", (ushort)s.Int("domainRole", 3))
                        .Add("Manufacturer", s.Text("manufacturer", isGuest ? "Microsoft Corporation" : "Contoso")).Add("Model", s.Text("model", isGuest ? "Virtual Machine" : "Server 3000")).Add("HypervisorPresent", true)
                        .Add("SystemType", "x64-based PC").Add("TotalPhysicalMemory", 4294967296UL).Add("NumberOfProcessors", 1u).Add("NumberOfLogicalProcessors", 2u));
                    return list;
                case "win32_bios":
                    list.Add(New("Win32_BIOS").Add("Manufacturer", "American Megatrends Inc.").Add("SerialNumber", "0000-0001-2345").Add("SMBIOSBIOSVersion", "090008").Add("Version", "VRTUAL - 5001223"));
                    return list;
                case "win32_service":
                case "win32_baseservice":
                    foreach (var v in s.List("services").OfType<JsonObject>())
                    {
                        var start = v.Text("startType", "Manual");
                        list.Add(New("Win32_Service").Add("Name", v.Text("name")).Add("DisplayName", v.Text("displayName")).Add("Caption", v.Text("displayName")).Add("Description", v.Text("description"))
                            .Add("State", v.Text("status", "Stopped")).Add("Started", v.Text("status") == "Running").Add("Status", "OK").Add("StartMode", start.StartsWith("Auto") ? "Auto" : start).Add("DelayedAutoStart", start == "AutomaticDelayedStart")
                            .Add("StartName", "LocalSystem").Add("PathName", @"C:\Windows\system32\svchost.exe -k ICService").Add("ServiceType", "Share Process").Add("ProcessId", v.Text("status") == "Running" ? 1200u : 0u).Add("ExitCode", 0u).Add("SystemName", computer));
                    }
                    return list;
                case "win32_quickfixengineering":
                    return list;
                default: return null;
            }
        }

        static IEnumerable<JsonObject> Vms(JsonObject s) => s.List("vms").OfType<JsonObject>();
        static string Upper(JsonObject vm) => vm.Text("id").ToUpperInvariant();

        static ushort Enabled(JsonObject vm)
        {
            var state = vm.Text("state", "Off").Replace("Critical", "");
            switch (state) { case "Running": return 2; case "Off": return 3; case "Saved": return 6; case "Paused": return 9; case "Starting": return 10; case "Stopping": return 4; default: return 1; }
        }

        static List<LabCim> Virtual(Node node, JsonObject s, string name)
        {
            LabCim New(string n) => new LabCim(node, "root/virtualization/v2", n);
            var computer = s.Text("computerName", node.Name.ToUpperInvariant());
            switch (name.ToLowerInvariant())
            {
                case "msvm_computersystem":
                    var all = new List<LabCim> { New("Msvm_ComputerSystem").Add("Caption", "Hosting Computer System").Add("Description", "Microsoft Hosting Computer System").Add("ElementName", computer).Add("Name", computer).Add("EnabledState", (ushort)2).Add("HealthState", (ushort)5).Add("OperationalStatus", new ushort[] { 2 }) };
                    all.AddRange(Vms(s).Select(v => New("Msvm_ComputerSystem").Add("Caption", "Virtual Machine").Add("Description", "Microsoft Virtual Machine").Add("ElementName", v.Text("name")).Add("Name", Upper(v)).Add("CreationClassName", "Msvm_ComputerSystem")
                        .Add("EnabledState", Enabled(v)).Add("HealthState", (ushort)5).Add("OperationalStatus", new ushort[] { 2 }).Add("StatusDescriptions", new[] { Texts.Get(s, "Operating normally") }).Add("OnTimeInMilliseconds", Enabled(v) == 2 ? (ulong)v.Long("uptimeSeconds", 3600) * 1000 : 0UL).Add("ProcessID", Enabled(v) == 2 ? 4321u : 0u)));
                    return all;
                case "msvm_virtualsystemsettingdata":
                    LabCim Setting(JsonObject v, JsonObject d, string type) => New("Msvm_VirtualSystemSettingData").Add("Caption", "Virtual Machine Settings").Add("ElementName", d.Text("name")).Add("InstanceID", "Microsoft:" + Upper(d)).Add("ConfigurationID", Upper(d))
                        .Add("VirtualSystemIdentifier", Upper(v)).Add("VirtualSystemType", type).Add("VirtualSystemSubType", "Microsoft:Hyper-V:SubType:" + v.Int("generation", 1)).Add("Version", v.Text("version", "8.0")).Add("Notes", new[] { v.Text("notes", "") });
                    return Vms(s).SelectMany(v => new[] { Setting(v, v, "Microsoft:Hyper-V:System:Realized") }.Concat(v.List("snapshots").OfType<JsonObject>().Select(p => Setting(v, p, "Microsoft:Hyper-V:Snapshot:Realized")))).ToList();
                case "msvm_virtualsystemmanagementservice":
                    return new List<LabCim> { New("Msvm_VirtualSystemManagementService").Add("Caption", "Hyper-V Virtual System Management Service").Add("ElementName", "Hyper-V Virtual System Management Service").Add("Name", "vmms").Add("SystemName", computer).Add("Started", true) };
                case "msvm_summaryinformation":
                    return Vms(s).Select(v => Summary(node, s, v)).ToList();
                case "msvm_concretejob":
                    return s.List("jobs").OfType<JsonObject>().Select(j => Plain(node, "root/virtualization/v2", "Msvm_ConcreteJob", j)).ToList();
            }
            var match = Regex.Match(name, "^Msvm_(Heartbeat|Shutdown|TimeSync|Vss|KvpExchange|GuestServiceInterface|Rdv)Component(SettingData)?$", RegexOptions.IgnoreCase);
            if (!match.Success) return null;
            var kind = Component.ByWmi(match.Groups[1].Value);
            var setting = match.Groups[2].Success;
            if (kind == null)
                return Vms(s).Select(v => New("Msvm_RdvComponent" + (setting ? "SettingData" : "")).Add("Caption", "RDV").Add("ElementName", "RDV").Add(setting ? "InstanceID" : "DeviceID", "Microsoft:" + Upper(v) + "\\F8E65716-3CB3-4A06-9A60-1889C5CCCAB5").Add("SystemName", Upper(v)).Add("EnabledState", (ushort)3)).ToList();
            return Vms(s).Where(v => v.Obj("services").Has(kind.Key)).Select(v => setting ? Setting_(New("Msvm_" + kind.Wmi + "ComponentSettingData"), s, v, kind) : Runtime(New("Msvm_" + kind.Wmi + "Component"), node, s, v, kind)).ToList();
        }

        static LabCim Setting_(LabCim c, JsonObject s, JsonObject v, Component kind)
        {
            var label = s.Obj("serviceNames").Text(kind.Key) ?? kind.Name(s.Text("language", "en"));
            c.Add("Caption", label).Add("ElementName", label).Add("InstanceID", "Microsoft:" + Upper(v) + "\\" + kind.Guid).Add("EnabledState", (ushort)(Services.On(v, kind.Key) ? 2 : 3));
            if (kind.Key == "Heartbeat") c.Add("ErrorThreshold", 2u).Add("Interval", 2000u).Add("Latency", 1000u);
            if (kind.Key == "GuestServiceInterface") c.Add("DefaultEnabledStatePolicy", (ushort)3);
            if (kind.Key == "KeyValuePairExchange")
                c.Add("HostExchangeItems", Kvp.Items(v.Obj("kvp").Obj("host"), 0)).Add("HostOnlyItems", Kvp.Items(v.Obj("kvp").Obj("hostOnly"), 4)).Add("DisableHostKVPItems", v.Flag("disableHostKvpItems"));
            return c;
        }

        static LabCim Runtime(LabCim c, Node node, JsonObject s, JsonObject v, Component kind)
        {
            var (first, second) = Services.Status(node, s, v, kind);
            var both = new[] { first, second }.Where(x => x != null).ToArray();
            var label = s.Obj("serviceNames").Text(kind.Key) ?? kind.Name(s.Text("language", "en"));
            c.Add("Caption", label).Add("ElementName", label).Add("Name", label).Add("DeviceID", "Microsoft:" + Upper(v) + "\\" + kind.Guid).Add("SystemName", Upper(v)).Add("EnabledState", (ushort)(Services.On(v, kind.Key) ? 2 : 3))
                .Add("OperationalStatus", both.Select(x => (ushort)(int)x.Value).ToArray()).Add("StatusDescriptions", both.Select(x => Services.StatusText(s, x)).ToArray());
            if (kind.Key == "KeyValuePairExchange")
            {
                var alive = v.Text("state") == "Running" && Services.On(v, kind.Key) && first == VMIntegrationComponentOperationalStatus.Ok;
                c.Add("GuestIntrinsicExchangeItems", alive ? Kvp.Items(v.Obj("kvp").Obj("intrinsic"), 2) : new string[0]).Add("GuestExchangeItems", alive ? Kvp.Items(v.Obj("kvp").Obj("guest"), 1) : new string[0]);
            }
            return c;
        }

        internal static LabCim Summary(Node node, JsonObject s, JsonObject v, ICollection<uint> wanted = null)
        {
            var beat = Services.Status(node, s, v, Component.All[1]).first;
            var on = Enabled(v) == 2;
            var compares = s.Obj("os").Int("build", 14393) < 14393;
            var c = new LabCim(node, "root/virtualization/v2", "Msvm_SummaryInformation");
            void Put(uint code, string name, object value) => c.Add(name, wanted == null || wanted.Contains(code) ? value : null);
            Put(0, "Name", Upper(v));
            Put(1, "ElementName", v.Text("name"));
            Put(2, "CreationTime", DateTime.Parse(v.Text("created", "2024-01-01T00:00:00Z"), CultureInfo.InvariantCulture));
            Put(3, "Notes", v.Text("notes", ""));
            Put(4, "NumberOfProcessors", (ushort)2);
            Put(100, "EnabledState", Enabled(v));
            Put(101, "ProcessorLoad", (ushort)(on ? 3 : 0));
            Put(103, "MemoryUsage", on ? 4096UL : 0UL);
            Put(104, "Heartbeat", on && beat != null ? (object)(ushort)(int)beat : null);
            Put(105, "UpTime", on ? (ulong)v.Long("uptimeSeconds", 3600) * 1000 : 0UL);
            Put(106, "GuestOperatingSystem", on && Services.On(v, "KeyValuePairExchange") ? v.Obj("kvp").Obj("intrinsic").Text("OSName") : null);
            Put(109, "HealthState", (ushort)5);
            Put(110, "OperationalStatus", new ushort[] { 2 });
            Put(111, "StatusDescriptions", new[] { Texts.Get(s, "Operating normally") });
            var verdict = v.Has("icVersionState") ? v.Int("icVersionState") : !on || !compares ? 0 : v.Flag("outdated") ? 2 : 1;
            c.Add("IntegrationServicesVersionState", wanted == null || wanted.Contains(121) || wanted.Contains(132) ? (object)(ushort)verdict : null);
            return c;
        }

        static List<LabCim> Cluster(Node node, JsonObject s, string name)
        {
            LabCim New(string n) => new LabCim(node, "root/mscluster", n);
            var cluster = s.Obj("cluster");
            switch (name.ToLowerInvariant())
            {
                case "mscluster_cluster": return new List<LabCim> { New("MSCluster_Cluster").Add("Name", cluster.Text("name")) };
                case "mscluster_resourcegroup":
                    return cluster.List("groups").OfType<JsonObject>().Select(g => New("MSCluster_ResourceGroup").Add("Name", g.Text("name")).Add("Id", g.Text("id")).Add("OwnerNode", g.Text("owner")).Add("State", (uint)g.Int("state")).Add("GroupType", (uint)g.Int("type"))).ToList();
                case "mscluster_node":
                    return cluster.List("groups").OfType<JsonObject>().Select(g => g.Text("owner")).Distinct().Select(o => New("MSCluster_Node").Add("Name", o).Add("State", 0u)).ToList();
                default: return null;
            }
        }
    }

    /// <summary>Key-value pairs as CIM-XML text.</summary>
    public static class Kvp
    {
        public static string[] Items(JsonObject pairs, int source)
        {
            if (pairs == null) return new string[0];
            var i = 0;
            return pairs.Select(p => Item(p.Key, p.Value?.ToString() ?? "", source, i++)).ToArray();
        }

        static string Item(string name, string data, int source, int turn)
        {
            XElement Text(string n, string v, bool inherited) => new XElement("PROPERTY", new XAttribute("NAME", n), inherited ? new XAttribute("PROPAGATED", "true") : null, new XAttribute("TYPE", "string"), string.IsNullOrEmpty(v) && inherited ? null : new XElement("VALUE", v));
            var props = new List<XElement>
            {
                Text("Caption", null, true), Text("Data", data, false), Text("Description", null, true), Text("ElementName", null, true), Text("Name", name, false),
                new XElement("PROPERTY", new XAttribute("NAME", "Source"), new XAttribute("TYPE", "uint16"), new XElement("VALUE", source)),
            };
            if (turn % 3 == 2) props.Reverse();   // the order is not fixed
            return new XElement("INSTANCE", new XAttribute("CLASSNAME", "Msvm_KvpExchangeDataItem"), props).ToString(SaveOptions.DisableFormatting);
        }

        public static (string name, string data) Parse(string xml)
        {
            string Of(XElement root, string n) => root.Elements("PROPERTY").FirstOrDefault(p => (string)p.Attribute("NAME") == n)?.Element("VALUE")?.Value;
            var root_ = XElement.Parse(xml);
            return (Of(root_, "Name"), Of(root_, "Data") ?? "");
        }
    }

    /// <summary>WHERE clauses: comparisons joined by AND, OR, NOT and brackets.</summary>
    public sealed class Where
    {
        readonly List<string> tokens;
        int at;
        Where(string text)
        {
            tokens = Regex.Matches(text, @"'(?:\\.|[^'\\])*'|""(?:\\.|[^""\\])*""|<>|!=|<=|>=|[=<>()]|[^\s=<>()!]+").Select(m => m.Value).ToList();
        }
        string Peek => at < tokens.Count ? tokens[at] : "";
        string Take() => at < tokens.Count ? tokens[at++] : throw new FormatException("Invalid query");
        bool Word(string w) { if (!Peek.Equals(w, StringComparison.OrdinalIgnoreCase)) return false; at++; return true; }

        public static Func<LabCim, bool> Parse(string text)
        {
            if (string.IsNullOrWhiteSpace(text)) return c => true;
            var w = new Where(text);
            var test = w.Or();
            if (w.at != w.tokens.Count) throw new FormatException("Invalid query");
            return test;
        }
        Func<LabCim, bool> Or() { var a = And(); while (Word("OR")) { var l = a; var r = And(); a = c => l(c) || r(c); } return a; }
        Func<LabCim, bool> And() { var a = Not(); while (Word("AND")) { var l = a; var r = Not(); a = c => l(c) && r(c); } return a; }
        Func<LabCim, bool> Not()
        {
            if (Word("NOT")) { var n = Not(); return c => !n(c); }
            if (Word("(")) { var o = Or(); if (!Word(")")) throw new FormatException("Invalid query"); return o; }
            var name = Take();
            var op = Take().ToUpperInvariant();
            if (op == "IS") { var no = Word("NOT"); Take(); return c => (c[name] == null) != no; }
            var raw = Take();
            var text = raw.Length > 1 && (raw[0] == '\'' || raw[0] == '"') ? Regex.Replace(raw.Substring(1, raw.Length - 2), @"\\(.)", "$1") : null;
            var wanted = text ?? raw;
            switch (op)
            {
                case "=": return c => Compare(c[name], wanted) == 0;
                case "<>": case "!=": return c => Compare(c[name], wanted) != 0;
                case "<": return c => Compare(c[name], wanted) < 0;
                case ">": return c => Compare(c[name], wanted) > 0;
                case "<=": return c => Compare(c[name], wanted) <= 0;
                case ">=": return c => Compare(c[name], wanted) >= 0;
                case "LIKE":
                    var pattern = "^" + Regex.Replace(Regex.Escape(wanted).Replace("%", ".*").Replace("_", "."), @"\\\[(.*?)]", "[$1]") + "$";
                    return c => Regex.IsMatch(Convert.ToString(c[name], CultureInfo.InvariantCulture) ?? "", pattern, RegexOptions.IgnoreCase | RegexOptions.Singleline);
                default: throw new FormatException("Invalid query");
            }
        }
        static int Compare(object value, string wanted)
        {
            if (value is bool b) return b == (wanted.Equals("true", StringComparison.OrdinalIgnoreCase) || wanted == "1") ? 0 : 1;
            if (value != null && !(value is string) && decimal.TryParse(wanted, NumberStyles.Any, CultureInfo.InvariantCulture, out var n) && value is IConvertible && !(value is DateTime)) return Convert.ToDecimal(value).CompareTo(n);
            return string.Compare(Convert.ToString(value, CultureInfo.InvariantCulture), wanted, StringComparison.OrdinalIgnoreCase);
        }
    }
}
