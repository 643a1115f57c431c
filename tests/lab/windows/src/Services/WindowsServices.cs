// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Threading;
using WinLab;

namespace System.ServiceProcess
{
    public enum ServiceControllerStatus { Stopped = 1, StartPending = 2, StopPending = 3, Running = 4, ContinuePending = 5, PausePending = 6, Paused = 7 }
    public enum ServiceStartMode { Boot = 0, System = 1, Automatic = 2, Manual = 3, Disabled = 4 }
    public class TimeoutException : SystemException { public TimeoutException(string message) : base(message) { } }

    /// <summary>A service of the node; Status keeps what it was until Refresh.</summary>
    public class ServiceController : IDisposable
    {
        readonly Node node;
        JsonObject data;
        internal ServiceController(Node node, JsonObject data) { this.node = node; this.data = data; Name = ServiceName = data.Text("name"); }
        public string Name { get; }
        public string ServiceName { get; }
        public string DisplayName => data.Text("displayName", ServiceName);
        public string MachineName => ".";
        public ServiceControllerStatus Status => Enum.Parse<ServiceControllerStatus>(data.Text("status", "Stopped"), true);
        public ServiceStartMode StartType => Enum.Parse<ServiceStartMode>(data.Text("startType", "Manual").Replace("AutomaticDelayedStart", "Automatic"), true);
        public bool CanStop => Status == ServiceControllerStatus.Running && !data.Flag("unstoppable");
        public bool CanShutdown => CanStop;
        public bool CanPauseAndContinue => data.Flag("canPause");
        public string ServiceType => "Win32OwnProcess, Win32ShareProcess";
        IEnumerable<ServiceController> Others(Func<JsonObject, bool> test) => node.Read().List("services").OfType<JsonObject>().Where(test).Select(s => new ServiceController(node, s));
        static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
        public ServiceController[] ServicesDependedOn => Others(s => data.List("dependsOn").Any(d => Same(d.ToString(), s.Text("name")))).ToArray();
        public ServiceController[] RequiredServices => ServicesDependedOn;
        public ServiceController[] DependentServices => Others(s => s.List("dependsOn").Any(d => Same(d.ToString(), Name))).ToArray();
        public void Refresh() => data = WinLab.ServiceTable.Find(node, Name) ?? data;
        public void Start() => WinLab.ServiceTable.Start(node, Name);
        public void Stop() => WinLab.ServiceTable.Stop(node, Name);
        public void WaitForStatus(ServiceControllerStatus wanted) => WaitForStatus(wanted, TimeSpan.MaxValue);
        public void WaitForStatus(ServiceControllerStatus wanted, TimeSpan limit)
        {
            var start = DateTime.UtcNow;
            for (Refresh(); Status != wanted; Refresh())
            {
                if (DateTime.UtcNow - start > limit) throw new TimeoutException("Time out has expired and the operation has not been completed.");
                Thread.Sleep(50);
                WinLab.ServiceTable.Tick(node, Name);
            }
        }
        public void Close() { }
        public void Dispose() { }
        public override string ToString() => ServiceName;
    }
}

namespace WinLab
{
    /// <summary>The "services" list of a node.</summary>
    public static class ServiceTable
    {
        static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
        public static JsonObject In(JsonObject state, string name) => state.List("services").OfType<JsonObject>().FirstOrDefault(s => Same(s.Text("name"), name));
        public static JsonObject Find(Node node, string name) => In(node.Read(), name);

        /// <summary>One read passes: the host reacts to what was done to its services inside the guest.</summary>
        public static void Tick(Node node, string name)
        {
            var one = Find(node, name);
            if (one == null || one.Int("startIn") + one.Int("stopIn") == 0) return;
            node.Update(s =>
            {
                var svc = In(s, name);
                foreach (var key in new[] { "startIn", "stopIn" })
                {
                    if (svc.Int(key) == 0) continue;
                    var left = svc.Int(key) - 1;
                    if (left > 0) { svc[key] = left; continue; }
                    svc.Remove(key);
                    if (key == "stopIn") svc["status"] = "Stopped";
                    else if (svc.Text("startType") != "Disabled") { svc["status"] = "Running"; Services.Started(node, s, name); }
                }
            });
        }

        static bool? HostWants(Node node, JsonObject state, string name)
        {
            var c = Component.ByService(name);
            var (_, vm) = c == null ? (null, null) : Services.HostOf(node, state);
            return vm == null ? (bool?)null : Services.On(vm, c.Key);
        }

        public static void Start(Node node, string name)
        {
            node.Log("event:start-service", new Dictionary<string, object> { ["name"] = name });
            node.Update(s =>
            {
                var svc = In(s, name);
                if (svc.Text("startType") == "Disabled") throw new InvalidOperationException("Cannot start service " + name + " on computer '.'.", new System.ComponentModel.Win32Exception(1058, "The service cannot be started, either because it is disabled or because it has no enabled devices associated with it."));
                if (svc.Text("startError") is string text) throw new InvalidOperationException("Cannot start service " + name + " on computer '.'.", new System.ComponentModel.Win32Exception(svc.Int("startErrorCode", 1053), text));
                if (svc.Flag("denyStart")) throw new InvalidOperationException("Cannot open " + name + " service on computer '.'.", new System.ComponentModel.Win32Exception(5, "Access is denied."));
                foreach (var need in svc.List("dependsOn"))
                    if (In(s, need.ToString()) is JsonObject other) other["status"] = "Running";
                svc["status"] = "Running";
                svc.Remove("startIn");
                if (HostWants(node, s, name) == false) svc["stopIn"] = s.Int("hostReactsAfterReads", 2);
                else Services.Started(node, s, name);
            });
        }

        public static void Stop(Node node, string name)
        {
            node.Log("event:stop-service", new Dictionary<string, object> { ["name"] = name });
            node.Update(s =>
            {
                var svc = In(s, name);
                if (svc.Flag("unstoppable")) throw new InvalidOperationException("Cannot stop " + name + " service on computer '.'.", new System.ComponentModel.Win32Exception(1052, "The requested control is not valid for this service."));
                svc["status"] = "Stopped";
                svc.Remove("stopIn");
                if (HostWants(node, s, name) == true) svc["startIn"] = s.Int("hostReactsAfterReads", 2);
            });
        }
    }
}

namespace Microsoft.PowerShell.Commands
{
    using System.ServiceProcess;

    public enum ServiceStartupType { InvalidValue = -1, Automatic = 2, Manual = 3, Disabled = 4, AutomaticDelayedStart = 10 }

    public class ServiceCommandException : SystemException
    {
        public ServiceCommandException(string message, Exception inner = null) : base(message, inner) { }
        public string ServiceName { get; set; }
    }

    public abstract class ServiceBaseCommand : LabCmdlet
    {
        protected static string Shown(ServiceController s) => s.DisplayName + " (" + s.Name + ")";

        protected void Fail(ServiceController s, Exception inner, string id, string text, ErrorCategory category)
            => WriteError(new ErrorRecord(new ServiceCommandException(text, inner) { ServiceName = s.Name }, id, category, s));

        protected bool DoStart(ServiceController s)
        {
            try { if (s.Status != ServiceControllerStatus.Running) ServiceTable.Start(Here, s.Name); s.Refresh(); return true; }
            catch (InvalidOperationException e)
            {
                Fail(s, e, "CouldNotStartService", "Service '" + Shown(s) + "' cannot be started due to the following error: " + e.Message, ErrorCategory.OpenError);
                return false;
            }
        }

        protected bool DoStop(ServiceController s, bool force)
        {
            if (s.Status == ServiceControllerStatus.Stopped) return true;
            var needed = s.DependentServices.Where(d => d.Status != ServiceControllerStatus.Stopped).ToList();
            if (needed.Count > 0 && !force)
            {
                Fail(s, null, "ServiceHasDependentServices", "Cannot stop service '" + Shown(s) + "' because it has dependent services. It can only be stopped if the Force flag is set.", ErrorCategory.InvalidOperation);
                return false;
            }
            try { foreach (var d in needed) ServiceTable.Stop(Here, d.Name); ServiceTable.Stop(Here, s.Name); s.Refresh(); return true; }
            catch (InvalidOperationException e)
            {
                Fail(s, e, "CouldNotStopService", "Service '" + Shown(s) + "' cannot be stopped due to the following error: " + e.Message, ErrorCategory.CloseError);
                return false;
            }
        }
    }

    public abstract class ServiceSelectCommand : ServiceBaseCommand
    {
        [Parameter(ParameterSetName = "DisplayName", Mandatory = true)] public string[] DisplayName { get; set; }
        [Parameter] [ValidateNotNullOrEmpty] public string[] Include { get; set; }
        [Parameter] [ValidateNotNullOrEmpty] public string[] Exclude { get; set; }
        [Parameter(ParameterSetName = "InputObject", ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public ServiceController[] InputObject { get; set; }
        protected abstract string[] Names { get; }
        protected virtual bool AllByDefault => false;

        protected List<ServiceController> Selected()
        {
            var found = new List<ServiceController>();
            var all = Here.Read().List("services").OfType<JsonObject>().ToList();
            if (InputObject != null) { foreach (var s in InputObject) { ServiceTable.Tick(Here, s.Name); s.Refresh(); found.Add(s); } }
            else if (DisplayName != null) Pick(DisplayName, all, "displayName", "display", found);
            else if (Names != null) Pick(Names, all, "name", "service", found);
            else if (AllByDefault) found.AddRange(all.Select(s => new ServiceController(Here, s)));
            bool Hits(string[] patterns, ServiceController s) => patterns.Any(p => new WildcardPattern(p, WildcardOptions.IgnoreCase).IsMatch(s.Name));
            return found.Where(s => (Include == null || Hits(Include, s)) && (Exclude == null || !Hits(Exclude, s))).ToList();
        }

        void Pick(string[] wanted, List<JsonObject> all, string key, string word, List<ServiceController> found)
        {
            foreach (var name in wanted)
            {
                var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
                var hits = all.Where(s => pattern.IsMatch(s.Text(key) ?? "")).ToList();
                foreach (var hit in hits) { ServiceTable.Tick(Here, hit.Text("name")); found.Add(new ServiceController(Here, ServiceTable.Find(Here, hit.Text("name")))); }
                if (hits.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
                    WriteError(new ErrorRecord(new ServiceCommandException("Cannot find any service with " + word + " name '" + name + "'.") { ServiceName = name },
                        word == "service" ? "NoServiceFoundForGivenName" : "NoServiceFoundForGivenDisplayName", ErrorCategory.ObjectNotFound, name));
            }
        }
    }

    [Cmdlet("Get", "Service", DefaultParameterSetName = "Default")]
    [OutputType(typeof(ServiceController))]
    public sealed class GetServiceCommand : ServiceSelectCommand
    {
        [Parameter(Position = 0, ParameterSetName = "Default", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)] [Alias("ServiceName")] [ValidateNotNullOrEmpty] public string[] Name { get; set; }
        [Parameter] [Alias("DS")] public SwitchParameter DependentServices { get; set; }
        [Parameter] [Alias("SDO", "ServicesDependedOn")] public SwitchParameter RequiredServices { get; set; }
        protected override string[] Names => Name;
        protected override bool AllByDefault => true;
        protected override void Process()
        {
            foreach (var s in Selected())
                if (DependentServices) WriteObject(s.DependentServices, true);
                else if (RequiredServices) WriteObject(s.ServicesDependedOn, true);
                else WriteObject(s);
        }
    }

    public abstract class ServiceActCommand : ServiceSelectCommand
    {
        [Parameter(Position = 0, ParameterSetName = "Default", Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)] [Alias("ServiceName")] public string[] Name { get; set; }
        [Parameter] public SwitchParameter PassThru { get; set; }
        protected override string[] Names => Name;
        protected abstract bool Act(ServiceController s);
        protected override void Process()
        {
            foreach (var s in Selected())
                if (ShouldProcess(Shown(s)) && Act(s) && PassThru) WriteObject(s);
        }
    }

    [Cmdlet("Start", "Service", DefaultParameterSetName = "InputObject", SupportsShouldProcess = true)]
    public sealed class StartServiceCommand : ServiceActCommand { protected override bool Act(ServiceController s) => DoStart(s); }

    [Cmdlet("Stop", "Service", DefaultParameterSetName = "InputObject", SupportsShouldProcess = true)]
    public sealed class StopServiceCommand : ServiceActCommand
    {
        [Parameter] public SwitchParameter Force { get; set; }
        [Parameter] public SwitchParameter NoWait { get; set; }
        protected override bool Act(ServiceController s) => DoStop(s, Force);
    }

    [Cmdlet("Restart", "Service", DefaultParameterSetName = "InputObject", SupportsShouldProcess = true)]
    public sealed class RestartServiceCommand : ServiceActCommand
    {
        [Parameter] public SwitchParameter Force { get; set; }
        protected override bool Act(ServiceController s) => DoStop(s, Force) && DoStart(s);
    }

    [Cmdlet("Set", "Service", DefaultParameterSetName = "Name", SupportsShouldProcess = true)]
    public sealed class SetServiceCommand : ServiceBaseCommand
    {
        [Parameter(Position = 0, ParameterSetName = "Name", Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)] [Alias("ServiceName", "SN")] public string Name { get; set; }
        [Parameter] [Alias("DN")] public string DisplayName { get; set; }
        [Parameter(Position = 0, ParameterSetName = "InputObject", Mandatory = true, ValueFromPipeline = true)] public ServiceController InputObject { get; set; }
        [Parameter] public string Description { get; set; }
        [Parameter] [Alias("StartMode", "SM", "ST", "StartType")] public ServiceStartupType StartupType { get; set; } = ServiceStartupType.InvalidValue;
        [Parameter] [Alias("State")] [ValidateSet("Running", "Stopped", "Paused")] public string Status { get; set; }
        [Parameter] public SwitchParameter Force { get; set; }
        [Parameter] public SwitchParameter PassThru { get; set; }
        protected override void Process()
        {
            var name = InputObject?.Name ?? Name;
            var data = ServiceTable.Find(Here, name);
            if (data == null)
            {
                WriteError(new ErrorRecord(new ServiceCommandException("Service '" + name + "' was not found on computer '.'.") { ServiceName = name }, "NoServiceFoundForGivenName", ErrorCategory.ObjectNotFound, name));
                return;
            }
            var s = new ServiceController(Here, data);
            if (!ShouldProcess(Shown(s))) return;
            if (data.Flag("denySet"))
            {
                Fail(s, new System.ComponentModel.Win32Exception(5, "Access is denied."), "CouldNotSetService", "Service '" + Shown(s) + "' cannot be configured due to the following error: Access is denied", ErrorCategory.PermissionDenied);
                return;
            }
            Here.Update(state =>
            {
                var one = ServiceTable.In(state, name);
                if (DisplayName != null) one["displayName"] = DisplayName;
                if (Description != null) one["description"] = Description;
                if (StartupType == ServiceStartupType.InvalidValue) return;
                one["startType"] = StartupType.ToString();
                var hive = new Hive(state, true);
                var key = @"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\" + name;
                if (hive.Exists(key)) hive.Put(key, "Start", StartupType == ServiceStartupType.AutomaticDelayedStart ? 2 : (int)StartupType, Microsoft.Win32.RegistryValueKind.DWord);
            });
            s.Refresh();
            if (Status == "Running" && !DoStart(s)) return;
            if (Status == "Stopped" && !DoStop(s, Force)) return;
            if (Status == "Paused" && !s.CanPauseAndContinue) { Fail(s, null, "CouldNotSuspendServiceNotSupported", "Service '" + Shown(s) + "' cannot be suspended because the service does not support being suspended or resumed.", ErrorCategory.CloseError); return; }
            if (PassThru) WriteObject(s);
        }
    }
}
