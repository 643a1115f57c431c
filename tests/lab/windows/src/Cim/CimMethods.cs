// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Methods of CIM instances, with the return values that WMI documents.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using Microsoft.Win32;
using WindowsLab;
using WindowsLab.Cim;

namespace Microsoft.Management.Infrastructure.CimCmdlets
{
    static class CimMethods
    {
        const uint Done = 0, JobStarted = 4096, Failed = 32768, AccessDenied = 32769, NotSupported = 32770, InvalidParameter = 32773;
        const int MostItems = 128, LongestItem = 1024;
        const ushort JobCompleted = 7, JobFailed = 10;

        static readonly Regex ComponentId = new Regex(@"Microsoft:([0-9A-F-]{36})\\+([0-9A-F-]{36})", RegexOptions.IgnoreCase);
        static readonly Regex WantedState = new Regex(@"EnabledState\D{1,60}?(\d)", RegexOptions.Singleline);

        /// <summary>The return value; null for a method that the class does not have.</summary>
        public static uint? Call(LabCimInstance target, string method, CimArguments arguments, PSObject result)
        {
            var node = target.Node;
            switch (target.CimClass.CimClassName)
            {
                case "Win32_Service":
                    return Service(node, (string)target["Name"], method, arguments);
                case "Win32_OperatingSystem":
                    return Power(node, method, arguments);
                case "Msvm_VirtualSystemManagementService":
                    return Management(node, method, arguments, result);
                default:
                    return null;
            }
        }

        static uint? Management(Node host, string method, CimArguments arguments, PSObject result)
        {
            switch (method)
            {
                case "getsummaryinformation":
                    result.Properties.Add(new PSNoteProperty("SummaryInformation", Summaries(host, arguments)));
                    return Done;
                case "addkvpitems":
                case "modifykvpitems":
                case "removekvpitems":
                    var verb = method.Substring(0, method.Length - "kvpitems".Length);
                    var system = arguments.Instances("TargetSystem")?.FirstOrDefault();
                    return Job(host, result, ChangeItems(host, verb, system, arguments.Many<string>("DataItems")));
                case "modifyguestservicesettings":
                    return ModifyServices(host, arguments.Many<string>("GuestServiceSettings"));
                default:
                    return null;
            }
        }

        static object[] Summaries(Node host, CimArguments arguments)
        {
            var codes = arguments.Many<uint>("RequestedInformation");
            var wanted = arguments.Instances("SettingData")
                ?.Select(i => Convert.ToString(i["VirtualSystemIdentifier"])).ToHashSet(StringComparer.OrdinalIgnoreCase);
            return host.Read().Rows("vms").Where(v => wanted == null || wanted.Contains(v.Text("id")))
                .Select(v => (object)HyperVClasses.Summary(host, v, codes).Show()).ToArray();
        }

        static uint ModifyServices(Node host, string[] settings)
        {
            if (host.Build < Node.Windows2016)
            {
                return NotSupported;
            }
            foreach (var text in settings)
            {
                var id = ComponentId.Match(text);
                var wanted = WantedState.Match(text);
                var kind = id.Success ? ServiceKind.ByGuid(id.Groups[2].Value) : null;
                if (kind == null || !wanted.Success || host.Vm(id.Groups[1].Value) == null)
                {
                    return InvalidParameter;
                }
                if (host.Read().Text("deny") != null)
                {
                    return AccessDenied;
                }
                GuestLink.Switch(host, Guid.Parse(id.Groups[1].Value), kind, wanted.Groups[1].Value == "2");
            }
            return Done;
        }

        static uint ChangeItems(Node host, string verb, LabCimInstance system, string[] items)
        {
            if (host.Read().Text("deny") != null)
            {
                return AccessDenied;
            }
            var known = Guid.TryParse(Convert.ToString(system?["Name"]), out var id);
            if (!known || items.Length == 0 || items.Length > MostItems || !(Pairs(items) is List<(string name, string data)> pairs))
            {
                return InvalidParameter;
            }
            var code = host.Update(state => Change(GuestLink.Vm(state, id), verb, pairs));
            var vm = host.Vm(id);
            if (code == Done && GuestRegistry.TakesItems(host, vm) && GuestLink.Of(host, vm) is Node guest)
            {
                guest.Update(state => Publish(new Hive(state, true), verb, pairs));
            }
            return code;
        }

        static List<(string name, string data)> Pairs(string[] items)
        {
            try
            {
                var pairs = items.Select(KvpItems.Parse).ToList();
                var bad = pairs.Any(p => string.IsNullOrEmpty(p.name) || p.name.Length > LongestItem || p.data.Length > LongestItem);
                return bad ? null : pairs;
            }
            catch (XmlException)
            {
                return null;
            }
        }

        /// <summary>Add fails if a key is there, modify and remove if one is not; then nothing is changed.</summary>
        static uint Change(JsonObject vm, string verb, List<(string name, string data)> pairs)
        {
            if (vm == null)
            {
                return InvalidParameter;
            }
            var held = vm.MakeObj("kvp").MakeObj("host");
            if (pairs.Any(p => held.Has(p.name) == (verb == "add")))
            {
                return Failed;
            }
            foreach (var (name, data) in pairs)
            {
                if (verb == "remove")
                {
                    held.Remove(name);
                }
                else
                {
                    held[name] = data;
                }
            }
            return Done;
        }

        static void Publish(Hive hive, string verb, List<(string name, string data)> pairs)
        {
            foreach (var (name, data) in pairs)
            {
                if (verb == "remove")
                {
                    hive.Drop(GuestRegistry.External, name);
                }
                else
                {
                    hive.Put(GuestRegistry.External, name, data, RegistryValueKind.String);
                }
            }
        }

        /// <summary>With "kvpAsJob" the host answers 4096 and leaves the outcome in a job.</summary>
        static uint Job(Node host, PSObject result, uint code)
        {
            object job = null;
            var started = host.Read().Flag("kvpAsJob") && code != AccessDenied && code != InvalidParameter;
            if (started)
            {
                host.Update(state => state.MakeList("jobs").Add(new JsonObject
                {
                    ["InstanceID"] = Guid.NewGuid().ToString().ToUpperInvariant(),
                    ["JobState"] = code == Done ? JobCompleted : JobFailed,
                    ["ErrorCode"] = code,
                    ["ErrorDescription"] = code == Done ? "" : "The operation failed.",
                    ["PercentComplete"] = 100,
                }));
                job = CimClasses.Of(host, CimClasses.HyperV, "Msvm_ConcreteJob").Last().Show();
            }
            result.Properties.Add(new PSNoteProperty("Job", job));
            return started ? JobStarted : code;
        }

        static uint? Power(Node node, string method, CimArguments arguments)
        {
            var flags = arguments.Many<int>("Flags").FirstOrDefault();
            switch (method)
            {
                case "reboot":
                case "win32shutdown" when (flags & 2) != 0:
                    return (uint)GuestRestart.Ask(node);
                case "shutdown":
                case "win32shutdown":
                    GuestPower.ShutDown(node);
                    return Done;
                default:
                    return null;
            }
        }

        static uint? Service(Node node, string name, string method, CimArguments arguments)
        {
            const uint AlreadyRunning = 10, NotActive = 5, Disabled = 14, CannotStop = 3;
            var service = GuestServices.Find(node.Read(), name);
            try
            {
                switch (method)
                {
                    case "startservice" when service.Text("startType") == "Disabled":
                        return Disabled;
                    case "startservice" when service.Text("status") == "Running":
                        return AlreadyRunning;
                    case "startservice":
                        GuestServices.Start(node, name);
                        return Done;
                    case "stopservice" when service.Text("status") != "Running":
                        return NotActive;
                    case "stopservice":
                        GuestServices.Stop(node, name);
                        return Done;
                    case "changestartmode":
                        var mode = Convert.ToString(arguments["StartMode"]);
                        node.Update(state => { GuestServices.Find(state, name)["startType"] = mode == "Auto" ? "Automatic" : mode; });
                        return Done;
                    default:
                        return null;
                }
            }
            catch (ServiceRefused)
            {
                return CannotStop;
            }
        }
    }
}
