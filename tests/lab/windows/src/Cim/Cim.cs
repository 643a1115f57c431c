// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WinLab;
using WinLab.Cim;

namespace Microsoft.Management.Infrastructure.CimCmdlets
{
    public abstract class CimBase : LabCmdlet
    {
        protected void Fail(string code, string text, ErrorCategory category, object target)
            => WriteError(new ErrorRecord(new CimException(text), "HRESULT 0x" + code, category, target));

        protected Node Resolve(string name)
        {
            var here = Here;
            if (string.IsNullOrEmpty(name) || name == "." || name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.Split('.')[0].Equals(here.Read().Text("computerName", here.Name), StringComparison.OrdinalIgnoreCase)) return here;
            return here.Sibling(name.Split('.')[0]);
        }

        protected IEnumerable<Node> Nodes(CimSession[] sessions, string[] computers)
        {
            foreach (var name in sessions != null ? sessions.Select(s => s.ComputerName) : computers ?? new string[] { null })
            {
                var node = Resolve(name);
                if (node != null) yield return node;
                else Fail("80070035", "The WinRM client cannot process the request because the server name cannot be resolved.", ErrorCategory.ConnectionError, name);
            }
        }

        protected List<LabCim> Find(Node node, string space, string name, string filter)
        {
            space = Classes.Space(space);
            if (node.Read().Text("deny") == "read" && space != "root/cimv2") { Fail("80041003", "Access denied ", ErrorCategory.PermissionDenied, space + ":" + name); return null; }
            if (!Classes.HasSpace(node, space)) { Fail("8004100e", "Invalid namespace ", ErrorCategory.MetadataError, space + ":" + name); return null; }
            var all = Classes.Of(node, space, name);
            if (all == null) { Fail("80041010", "Invalid class ", ErrorCategory.MetadataError, space + ":" + name); return null; }
            try { return all.Where(Where.Parse(filter)).ToList(); }
            catch (FormatException) { Fail("80041017", "Invalid query ", ErrorCategory.InvalidArgument, null); return null; }
        }

        protected (string name, string where, string[] only) Query(string text)
        {
            var m = Regex.Match(text ?? "", @"^\s*select\s+(.+?)\s+from\s+(\w+)(?:\s+where\s+(.+))?\s*$", RegexOptions.IgnoreCase | RegexOptions.Singleline);
            if (!m.Success) return (null, null, null);
            var only = m.Groups[1].Value.Trim() == "*" ? null : m.Groups[1].Value.Split(',').Select(p => p.Trim()).ToArray();
            return (m.Groups[2].Value, m.Groups[3].Success ? m.Groups[3].Value : null, only);
        }

        protected static LabCim Bare(object o) => (o is PSObject p ? p.BaseObject : o) as LabCim;
    }

    [Cmdlet("Get", "CimInstance", DefaultParameterSetName = "ClassNameComputerSet")]
    public sealed class GetCimInstanceCommand : CimBase
    {
        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ClassNameComputerSet", ValueFromPipelineByPropertyName = true)] [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ClassNameSessionSet", ValueFromPipelineByPropertyName = true)] public string ClassName { get; set; }
        [Parameter(Mandatory = true, ParameterSetName = "QueryComputerSet", ValueFromPipelineByPropertyName = true)] [Parameter(Mandatory = true, ParameterSetName = "QuerySessionSet", ValueFromPipelineByPropertyName = true)] public new string Query { get; set; }
        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "CimInstanceComputerSet", ValueFromPipeline = true)] [Alias("CimInstance")] public PSObject InputObject { get; set; }
        [Parameter(Mandatory = true, ParameterSetName = "ClassNameSessionSet", ValueFromPipeline = true)] [Parameter(Mandatory = true, ParameterSetName = "QuerySessionSet", ValueFromPipeline = true)] public CimSession[] CimSession { get; set; }
        [Parameter(ParameterSetName = "ClassNameComputerSet")] [Parameter(ParameterSetName = "QueryComputerSet")] [Parameter(ParameterSetName = "CimInstanceComputerSet")] [Alias("CN", "ServerName")] public string[] ComputerName { get; set; }
        [Parameter(ValueFromPipelineByPropertyName = true)] public string Namespace { get; set; }
        [Parameter(ParameterSetName = "ClassNameComputerSet")] [Parameter(ParameterSetName = "ClassNameSessionSet")] public string Filter { get; set; }
        [Parameter(ParameterSetName = "ClassNameComputerSet")] [Parameter(ParameterSetName = "ClassNameSessionSet")] [Alias("SelectProperties")] public string[] Property { get; set; }
        [Parameter] [Alias("OT")] public uint OperationTimeoutSec { get; set; }
        [Parameter] public SwitchParameter KeyOnly { get; set; }
        [Parameter] public SwitchParameter Shallow { get; set; }
        [Parameter] public string QueryDialect { get; set; }
        protected override void Process()
        {
            if (InputObject != null)
            {
                var old = Bare(InputObject);
                if (old == null) { Fail("80041008", "Invalid parameter ", ErrorCategory.InvalidArgument, InputObject); return; }
                var key = new[] { "InstanceID", "DeviceID", "Name" }.First(k => old.CimInstanceProperties[k] != null);
                foreach (var one in Find(old.Node, old.CimClass.Namespace, old.CimClass.CimClassName, null) ?? new List<LabCim>())
                    if (Equals(one.CimInstanceProperties[key]?.Value, old.CimInstanceProperties[key].Value)) WriteObject(one.Show());
                return;
            }
            var (name, where, only) = Query != null ? base.Query(Query) : (ClassName, Filter, Property);
            if (name == null) { Fail("80041017", "Invalid query ", ErrorCategory.InvalidArgument, Query); return; }
            foreach (var node in Nodes(CimSession, ComputerName))
                foreach (var one in Find(node, Namespace, name, where) ?? new List<LabCim>()) WriteObject(one.Show(only));
        }
    }

    [Cmdlet("Get", "CimAssociatedInstance", DefaultParameterSetName = "ComputerSet")]
    public sealed class GetCimAssociatedInstanceCommand : CimBase
    {
        [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)] [Alias("CimInstance")] public PSObject InputObject { get; set; }
        [Parameter] public string Association { get; set; }
        [Parameter] public string ResultClassName { get; set; }
        [Parameter] public string Namespace { get; set; }
        [Parameter] public string[] ComputerName { get; set; }
        [Parameter] public CimSession[] CimSession { get; set; }
        [Parameter] public uint OperationTimeoutSec { get; set; }
        [Parameter] public SwitchParameter KeyOnly { get; set; }
        protected override void Process()
        {
            var from = Bare(InputObject);
            if (from == null) { Fail("80041008", "Invalid parameter ", ErrorCategory.InvalidArgument, InputObject); return; }
            var id = Convert.ToString(from.CimInstanceProperties["VirtualSystemIdentifier"]?.Value ?? from.CimInstanceProperties["SystemName"]?.Value ?? from.CimInstanceProperties["Name"]?.Value);
            var names = new List<string>();
            if (ResultClassName != null) names.Add(ResultClassName);
            else
            {
                var link = (Association ?? "").ToLowerInvariant();
                if (link == "" || link == "msvm_settingsdefinestate") names.Add("Msvm_VirtualSystemSettingData");
                if (link == "" || link == "msvm_systemdevice") names.AddRange(Component.All.Select(c => "Msvm_" + c.Wmi + "Component"));
                if (link == "msvm_virtualsystemsettingdatacomponent") names.AddRange(Component.All.Select(c => "Msvm_" + c.Wmi + "ComponentSettingData"));
            }
            foreach (var name in names)
                foreach (var one in Find(from.Node, "root/virtualization/v2", name, null) ?? new List<LabCim>())
                {
                    var text = string.Join("|", new[] { "VirtualSystemIdentifier", "SystemName", "InstanceID", "DeviceID", "Name" }.Select(p => one.CimInstanceProperties[p]?.Value));
                    if (text.Contains(id, StringComparison.OrdinalIgnoreCase)) WriteObject(one.Show());
                }
        }
    }

    [Cmdlet("Invoke", "CimMethod", DefaultParameterSetName = "ClassNameComputerSet", SupportsShouldProcess = true)]
    public sealed class InvokeCimMethodCommand : CimBase
    {
        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ClassNameComputerSet")] [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ClassNameSessionSet")] [Alias("Class")] public string ClassName { get; set; }
        [Parameter(Mandatory = true, Position = 0, ParameterSetName = "CimInstanceComputerSet", ValueFromPipeline = true)] [Alias("CimInstance")] public PSObject InputObject { get; set; }
        [Parameter(Mandatory = true, ParameterSetName = "QueryComputerSet")] public new string Query { get; set; }
        [Parameter(Mandatory = true, ParameterSetName = "ClassNameSessionSet")] public CimSession[] CimSession { get; set; }
        [Parameter(ParameterSetName = "ClassNameComputerSet")] [Parameter(ParameterSetName = "QueryComputerSet")] [Parameter(ParameterSetName = "CimInstanceComputerSet")] public string[] ComputerName { get; set; }
        [Parameter(Position = 1)] public IDictionary Arguments { get; set; }
        [Parameter(Mandatory = true, Position = 2)] [Alias("Name")] public string MethodName { get; set; }
        [Parameter] public string Namespace { get; set; }
        [Parameter] public uint OperationTimeoutSec { get; set; }

        object Argument(string name)
        {
            if (Arguments == null) return null;
            foreach (DictionaryEntry e in Arguments)
                if (string.Equals(Convert.ToString(e.Key), name, StringComparison.OrdinalIgnoreCase)) return e.Value is PSObject p && !(p.BaseObject is LabCim) ? p.BaseObject : e.Value;
            return null;
        }
        T[] Many<T>(object value) => value == null ? new T[0] : (value is IEnumerable many && !(value is string) ? many.Cast<object>() : new[] { value }).Select(x => LanguagePrimitives.ConvertTo<T>(x is PSObject p ? p.BaseObject : x)).ToArray();

        protected override void Process()
        {
            var targets = new List<LabCim>();
            if (InputObject != null) targets.Add(Bare(InputObject));
            else
            {
                var (name, where, _) = Query != null ? base.Query(Query) : (ClassName, null, null);
                foreach (var node in Nodes(CimSession, ComputerName)) targets.AddRange(Find(node, Namespace, name, where) ?? new List<LabCim>());
            }
            foreach (var target in targets.Where(t => t != null))
            {
                if (!ShouldProcess(target.ToString(), MethodName)) continue;
                var result = new PSObject();
                result.TypeNames.Insert(0, "Microsoft.Management.Infrastructure.CimMethodResult");
                var code = Call(target, result);
                if (code == null) { Fail("80041055", "Invalid method Parameter(s) or unknown method " + MethodName + " ", ErrorCategory.InvalidOperation, MethodName); continue; }
                result.Properties.Add(new PSNoteProperty("ReturnValue", code.Value));
                result.Properties.Add(new PSNoteProperty("PSComputerName", null));
                WriteObject(result);
            }
        }

        uint? Call(LabCim target, PSObject result)
        {
            var node = target.Node;
            var method = MethodName.ToLowerInvariant();
            if (target.CimClass.CimClassName == "Win32_Service") return Service(node, (string)target.CimInstanceProperties["Name"].Value, method);
            if (target.CimClass.CimClassName != "Msvm_VirtualSystemManagementService") return null;
            var state = node.Read();
            switch (method)
            {
                case "getsummaryinformation":
                    var codes = Many<uint>(Argument("RequestedInformation"));
                    var ids = Argument("SettingData") is object given ? (given is IEnumerable e && !(given is PSObject) ? e.Cast<object>() : new[] { given }).Select(Bare).Where(b => b != null).Select(b => Convert.ToString(b.CimInstanceProperties["VirtualSystemIdentifier"]?.Value)).ToList() : null;
                    var rows = state.List("vms").OfType<JsonObject>().Where(v => ids == null || ids.Contains(v.Text("id"), StringComparer.OrdinalIgnoreCase)).Select(v => (object)Classes.Summary(node, state, v, codes).Show()).ToArray();
                    result.Properties.Add(new PSNoteProperty("SummaryInformation", rows));
                    return 0;
                case "addkvpitems":
                case "modifykvpitems":
                case "removekvpitems":
                    return Job(node, result, Kvp_(node, method.Substring(0, method.Length - 8), Bare(Argument("TargetSystem")), Many<string>(Argument("DataItems"))));
                case "modifyguestservicesettings":
                    if (state.Obj("os").Int("build", 14393) < 14393) return 32770;
                    foreach (var text in Many<string>(Argument("GuestServiceSettings")))
                    {
                        var pair = Regex.Match(text, @"Microsoft:([0-9A-F-]{36})\\+([0-9A-F-]{36})", RegexOptions.IgnoreCase);
                        var on = Regex.Match(text, @"EnabledState\D{1,60}?(\d)", RegexOptions.Singleline);
                        if (!pair.Success || !on.Success || Component.ByGuid(pair.Groups[2].Value) == null) return 32773;
                        if (state.Text("deny") != null) return 32769;
                        Services.Switch(node, Guid.Parse(pair.Groups[1].Value), Component.ByGuid(pair.Groups[2].Value), on.Groups[1].Value == "2");
                    }
                    return 0;
                default: return null;
            }
        }

        uint Kvp_(Node node, string verb, LabCim system, string[] items)
        {
            if (node.Read().Text("deny") != null) return 32769;
            if (system == null || !Guid.TryParse(Convert.ToString(system.CimInstanceProperties["Name"]?.Value), out var id) || items.Length == 0 || items.Length > 128) return 32773;
            List<(string name, string data)> pairs;
            try { pairs = items.Select(Kvp.Parse).ToList(); }
            catch (System.Xml.XmlException) { return 32773; }
            if (pairs.Any(p => string.IsNullOrEmpty(p.name) || p.name.Length > 1024 || p.data.Length > 1024)) return 32773;
            string guest = null;
            var code = node.Update<uint>(s =>
            {
                var vm = Services.Vm(s, id);
                if (vm == null) return 32773;
                var bag = vm.MakeObj("kvp").MakeObj("host");
                if (verb == "add" ? pairs.Any(p => bag.Has(p.name)) : pairs.Any(p => !bag.Has(p.name))) return 32768;
                foreach (var p in pairs) if (verb == "remove") bag.Remove(p.name); else bag[p.name] = p.data;
                if (vm.Text("state") == "Running" && Services.On(vm, "KeyValuePairExchange")) guest = vm.Text("guest");
                return 0;
            });
            if (code == 0 && guest != null && node.Sibling(guest) is Node other)
                other.Update(s =>
                {
                    var hive = new Hive(s, true);
                    foreach (var p in pairs)
                        if (verb == "remove") hive.Drop(Services.Software + @"\External", p.name);
                        else hive.Put(Services.Software + @"\External", p.name, p.data, Microsoft.Win32.RegistryValueKind.String);
                });
            return code;
        }

        /// <summary>With "kvpAsJob" the host answers 4096 and leaves the outcome in a job.</summary>
        uint Job(Node node, PSObject result, uint code)
        {
            result.Properties.Add(new PSNoteProperty("Job", null));
            if (!node.Read().Flag("kvpAsJob") || code == 32769 || code == 32773) return code;
            var id = Guid.NewGuid().ToString().ToUpperInvariant();
            node.Update(s => s.MakeList("jobs").Add(new JsonObject { ["InstanceID"] = id, ["JobState"] = code == 0 ? 7 : 10, ["ErrorCode"] = code, ["ErrorDescription"] = code == 0 ? "" : "The operation failed.", ["PercentComplete"] = 100 }));
            result.Properties["Job"].Value = Classes.Of(node, "root/virtualization/v2", "Msvm_ConcreteJob").Last().Show();
            return 4096;
        }

        uint? Service(Node node, string name, string method)
        {
            JsonObject In(JsonObject s) => s.List("services").OfType<JsonObject>().First(x => x.Text("name") == name);
            switch (method)
            {
                case "startservice":
                    return node.Update<uint>(s =>
                    {
                        var one = In(s);
                        if (one.Text("startType") == "Disabled") return 14;
                        if (one.Text("status") == "Running") return 10;
                        one["status"] = "Running";
                        Services.Started(node, s, name);
                        return 0;
                    });
                case "stopservice":
                    return node.Update<uint>(s => { if (In(s).Text("status") == "Stopped") return 5; In(s)["status"] = "Stopped"; return 0; });
                case "changestartmode":
                    return node.Update<uint>(s => { In(s)["startType"] = Convert.ToString(Argument("StartMode")); return 0; });
                default: return null;
            }
        }
    }

    [Cmdlet("New", "CimSession")]
    public sealed class NewCimSessionCommand : CimBase
    {
        [Parameter(Position = 0, ValueFromPipeline = true)] [Alias("CN", "ServerName")] public string[] ComputerName { get; set; }
        [Parameter] public PSCredential Credential { get; set; }
        [Parameter] public string Name { get; set; }
        [Parameter] public object SessionOption { get; set; }
        [Parameter] public uint OperationTimeoutSec { get; set; }
        [Parameter] public string Authentication { get; set; }
        protected override void Process()
        {
            foreach (var name in ComputerName ?? new[] { "localhost" })
                if (Resolve(name) == null) Fail("80070035", "The WinRM client cannot process the request because the server name cannot be resolved.", ErrorCategory.ConnectionError, name);
                else WriteObject(LabSession.Make(name));
        }
    }

    [Cmdlet("Remove", "CimSession")]
    public sealed class RemoveCimSessionCommand : CimBase
    {
        [Parameter(Position = 0, ValueFromPipeline = true)] public CimSession[] CimSession { get; set; }
        [Parameter] public string Name { get; set; }
    }

    [Cmdlet("New", "CimInstance")]
    public sealed class NewCimInstanceCommand : CimBase
    {
        [Parameter(Mandatory = true, Position = 0)] public string ClassName { get; set; }
        [Parameter(Position = 1)] public IDictionary Property { get; set; }
        [Parameter] public string Namespace { get; set; }
        [Parameter] public SwitchParameter ClientOnly { get; set; }
        [Parameter] public CimSession[] CimSession { get; set; }
        protected override void Process()
        {
            if (!ClientOnly) { Fail("80041024", "Provider is not capable of the attempted operation ", ErrorCategory.NotImplemented, ClassName); return; }
            var made = new LabCim(Here, Classes.Space(Namespace), ClassName);
            foreach (DictionaryEntry e in Property ?? new Hashtable()) made.Add(Convert.ToString(e.Key), e.Value);
            WriteObject(made.Show());
        }
    }
}
