// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Threading;
using Microsoft.HyperV.PowerShell;
using Microsoft.Management.Infrastructure;

namespace WinLab.HyperV
{
    /// <summary>What all Hyper-V cmdlets share: which host, rights, speed, and errors in the module's own shape.</summary>
    public abstract class HvCmdlet : LabCmdlet
    {
        protected virtual string[] Computers => null;
        protected virtual CimSession[] Sessions => null;
        protected bool Old => GetType().Name.EndsWith("Command");

        protected void Fail(string id, ErrorCategory category, string text, object target, bool argument = false)
        {
            var error = argument && Old ? new VirtualizationInvalidArgumentException(text) : new VirtualizationException(text);
            error.ErrorIdentifier = id;
            WriteError(new ErrorRecord(error, id, category, target));
        }

        protected void Invalid(Node host, string text, object target)
            => Fail("InvalidParameter", ErrorCategory.InvalidArgument, Old ? Texts.Get(host.Read(), "bad parameter") + " " + text.Replace("\"", "") : text, target, true);

        string ComputerOf(Node host) => host.Read().Text("computerName", host.Name.ToUpperInvariant());

        bool Denied(Node host, bool write)
        {
            var deny = host.Read().Text("deny");
            if (deny == null || deny == "none" || (deny == "write" && !write)) return false;
            Fail("AccessDenied", ErrorCategory.PermissionDenied, string.Format(Texts.Get(host.Read(), "denied"), ComputerOf(host)), null);
            return true;
        }

        /// <summary>The hosts that the call goes to and that let it in.</summary>
        protected IEnumerable<Node> Hosts()
        {
            var names = Sessions != null ? Sessions.Select(s => s.ComputerName ?? ".").ToArray() : Computers;
            foreach (var name in names ?? new[] { "." })
            {
                var host = Resolve(name);
                if (host == null)
                {
                    Fail("ObjectNotFound", ErrorCategory.ObjectNotFound, "The computer '" + name + "' could not be resolved. Make sure that the machine name is correct and that the network is available.", name);
                    continue;
                }
                if (host.Read().Int("delayMs") is int wait && wait > 0) Thread.Sleep(wait);
                if (!Denied(host, false)) yield return host;
            }
        }

        Node Resolve(string name)
        {
            var here = Here;
            var state = here.Read();
            var shortName = name.Split('.')[0];
            if (name == "." || name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || shortName.Equals(state.Text("computerName", here.Name), StringComparison.OrdinalIgnoreCase)) return here;
            var near = here.Sibling(shortName);
            return near != null && near.HyperVModule != "none" ? near : null;
        }

        protected bool MayWrite(Node host)
        {
            if (Denied(host, true)) return false;
            if (host.Read().Int("busy") <= 0) return true;
            host.Update(s => { s["busy"] = s.Int("busy") - 1; });
            Fail("ObjectInUse", ErrorCategory.ResourceBusy, Texts.Get(host.Read(), "busy"), null);
            return false;
        }

        protected bool MayChange(VirtualMachineBase vm)
        {
            if (!MayWrite(vm.Node)) return false;
            if (vm.IsDeleted) { Fail("ObjectNotFound", ErrorCategory.ObjectNotFound, "The virtual machine has been deleted.", vm); return false; }
            var state = vm.State.ToString();
            var refuses = vm.Data.Flag("refusesWrites") || (state.Contains("Saved") && vm.Host.Flag("savedRefusesWrites"));
            if (refuses) Fail("InvalidState", ErrorCategory.InvalidOperation, Texts.Get(vm.Host, "state"), vm);
            return !refuses;
        }

        protected IEnumerable<VirtualMachine> VmsNamed(string[] names)
        {
            foreach (var host in Hosts())
                foreach (var name in names ?? new[] { "*" })
                {
                    var wild = WildcardPattern.ContainsWildcardCharacters(name);
                    var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
                    var hits = host.Read().List("vms").OfType<JsonObject>()
                        .Where(v => wild ? pattern.IsMatch(v.Text("name")) : string.Equals(v.Text("name"), name, StringComparison.OrdinalIgnoreCase)).ToList();
                    if (hits.Count == 0 && !wild) Invalid(host, string.Format(Texts.Get(host.Read(), "no vm"), "name \"" + name + "\""), name);
                    foreach (var vm in hits) if (Readable(host, vm, "vm")) yield return new VirtualMachine(host, vm);
                }
        }

        protected bool Readable(Node host, JsonObject vm, string level)
        {
            if (vm.Int("delayMs") is int wait && wait > 0) Thread.Sleep(wait);
            if (!(vm.Text("readError") is string text) || vm.Text("readErrorAt", "components") != level) return true;
            Fail("OperationFailed", ErrorCategory.NotSpecified, text, null);
            return false;
        }

        protected static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
        protected string Target(VirtualMachineBase vm) => vm.Name;
    }

    // virtual machines -------------------------------------------------------------------------------

    [OutputType(typeof(VirtualMachine))]
    public abstract class GetVMBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "Name", Position = 0, ValueFromPipeline = true)] [Alias("VMName")] [ValidateNotNullOrEmpty] public string[] Name { get; set; }
        [Parameter(ParameterSetName = "Name")] [Parameter(ParameterSetName = "Id")] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        [Parameter(ParameterSetName = "Id", Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)] [ValidateNotNull] public Guid? Id { get; set; }
        [Parameter(ParameterSetName = "ClusterObject", Mandatory = true, Position = 0, ValueFromPipeline = true)] [PSTypeName("Microsoft.FailoverClusters.PowerShell.ClusterObject")] public PSObject ClusterObject { get; set; }
        protected override string[] Computers => ComputerName;
        protected override void Process()
        {
            if (ParameterSetName == "Id")
            {
                foreach (var host in Hosts())
                {
                    var vm = Services.Vm(host.Read(), Id.Value);
                    if (vm == null) Invalid(host, string.Format(Texts.Get(host.Read(), "no vm"), "id \"" + Id + "\""), Id);
                    else if (Readable(host, vm, "vm")) WriteObject(new VirtualMachine(host, vm));
                }
                return;
            }
            if (ParameterSetName == "ClusterObject") Name = new[] { Convert.ToString(ClusterObject.Properties["Name"]?.Value) };
            foreach (var vm in VmsNamed(Name)) WriteObject(vm);
        }
    }

    [OutputType(typeof(VMHost))]
    public abstract class GetVMHostBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "ComputerName", Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        protected override string[] Computers => ComputerName;
        protected override void Process() { foreach (var host in Hosts()) WriteObject(new VMHost(host)); }
    }

    public abstract class VmActBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "Name")] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public VirtualMachine[] VM { get; set; }
        [Parameter(ParameterSetName = "Name", Mandatory = true, Position = 0, ValueFromPipeline = true)] [Alias("VMName")] [ValidateNotNullOrEmpty] public string[] Name { get; set; }
        [Parameter] public SwitchParameter AsJob { get; set; }
        [Parameter] public SwitchParameter Passthru { get; set; }
        protected override string[] Computers => ComputerName;
        protected abstract string Verb { get; }
        protected abstract bool Act(VirtualMachine vm);
        protected override void Process()
        {
            foreach (var vm in VM ?? VmsNamed(Name))
                if (ShouldProcess(Target(vm), Verb) && Act(vm) && Passthru) WriteObject(vm);
        }
        protected bool Go(VirtualMachine vm, string state)
        {
            if (!MayWrite(vm.Node)) return false;
            var was = vm.Data.Text("state");
            vm.Node.Log("event:state", new Dictionary<string, object> { ["vm"] = vm.Id.ToString(), ["state"] = state });
            var now = vm.Node.Update(s =>
            {
                var v = Services.Vm(s, vm.Id);
                v["state"] = state;
                if (state == "Running" && was == "Off")
                {
                    v["uptimeSeconds"] = 1;
                    foreach (var c in Component.All) if (Services.On(v, c.Key)) Services.Entry(v, c.Key)["contactIn"] = s.Int("contactAfterReads", 1) + 1;
                    if (v.Obj("onBoot") is JsonObject later) { foreach (var p in later.ToList()) v[p.Key] = p.Value?.DeepClone(); v.Remove("onBoot"); }
                }
                return (JsonObject)v.DeepClone();
            });
            if (state != was) Services.Power(vm.Node, now, state == "Running");
            return true;
        }
    }

    public abstract class StartVMBase : VmActBase
    {
        protected override string Verb => "Start-VM";
        protected override bool Act(VirtualMachine vm)
        {
            if (vm.State == VMState.Running) { WriteWarning("The virtual machine is already in the specified state."); return true; }
            if (vm.Data.Text("startError") is string text) { Fail("OperationFailed", ErrorCategory.NotSpecified, text, vm); return false; }
            return Go(vm, "Running");
        }
    }

    public abstract class StopVMBase : VmActBase
    {
        [Parameter] public SwitchParameter Save { get; set; }
        [Parameter] public SwitchParameter TurnOff { get; set; }
        [Parameter] public SwitchParameter Force { get; set; }
        protected override string Verb => "Stop-VM";
        protected override bool Act(VirtualMachine vm)
        {
            if (vm.State == VMState.Off) { WriteWarning("The virtual machine is already in the specified state."); return true; }
            if (Save) return Go(vm, "Saved");
            if (TurnOff) return Go(vm, "Off");
            if (vm.State != VMState.Running) { Fail("InvalidState", ErrorCategory.InvalidOperation, Texts.Get(vm.Host, "state"), vm); return false; }
            var shutdown = Component.All[3];
            var ready = vm.Data.Obj("services")?.Has(shutdown.Key) == true && Services.On(vm.Data, shutdown.Key)
                && Services.Status(vm.Node, vm.Host, vm.Data, shutdown).first == VMIntegrationComponentOperationalStatus.Ok;
            if (!ready)
            {
                Fail("OperationFailed", ErrorCategory.NotSpecified, "The virtual machine '" + vm.Name + "' cannot be shut down because the Shutdown integration service is unavailable.", vm);
                return false;
            }
            if (vm.Data.Flag("locked") && !Force)
            {
                Fail("OperationFailed", ErrorCategory.NotSpecified, "The virtual machine '" + vm.Name + "' cannot be shut down because its desktop is locked or in use.", vm);
                return false;
            }
            return Go(vm, "Off");
        }
    }

    // integration services ---------------------------------------------------------------------------

    [OutputType(typeof(VMIntegrationComponent))]
    public abstract class GetVMIntegrationServiceBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "VMName")] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public string[] VMName { get; set; }
        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public VirtualMachine[] VM { get; set; }
        [Parameter(ParameterSetName = "VMSnapshot", Mandatory = true, Position = 0, ValueFromPipeline = true)] [Alias("VMCheckpoint")] [ValidateNotNullOrEmpty] public VMSnapshot VMSnapshot { get; set; }
        [Parameter(Position = 1)] [ValidateNotNullOrEmpty] public string[] Name { get; set; }
        protected override string[] Computers => ComputerName;
        protected override void Process()
        {
            var from = ParameterSetName == "VMSnapshot" ? new VirtualMachineBase[] { VMSnapshot } : (IEnumerable<VirtualMachineBase>)VM ?? VmsNamed(VMName);
            foreach (var vm in from)
            {
                if (vm is VirtualMachine && ParameterSetName == "VMObject" && !Hosts().Any()) continue;
                if (vm.IsDeleted) { Fail("ObjectNotFound", ErrorCategory.ObjectNotFound, "The virtual machine has been deleted.", vm); continue; }
                if (!Readable(vm.Node, vm.Data, "components")) continue;
                if (vm is VirtualMachine) Services.Tick(vm.Node, vm.Id);
                var all = vm.Components();
                if (Name == null) WriteObject(all, true);
                else
                    foreach (var name in Name)
                    {
                        var hits = all.Where(c => Same(c.Name, name)).ToList();
                        if (hits.Count == 0) Invalid(vm.Node, Texts.Get(vm.Host, "no component"), null);
                        WriteObject(hits, true);
                    }
            }
        }
    }

    public abstract class SetIntegrationBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "VMName")] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        [Parameter(ParameterSetName = "VMIntegrationService", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public VMIntegrationComponent[] VMIntegrationService { get; set; }
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0)] [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0)] [ValidateNotNullOrEmpty] public string[] Name { get; set; }
        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 1, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public VirtualMachine[] VM { get; set; }
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 1, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public string[] VMName { get; set; }
        [Parameter] public SwitchParameter Passthru { get; set; }
        protected override string[] Computers => ComputerName;
        protected abstract bool On { get; }

        IEnumerable<VMIntegrationComponent> Chosen()
        {
            if (VMIntegrationService != null) { foreach (var c in VMIntegrationService) yield return c; yield break; }
            foreach (var vm in VM ?? VmsNamed(VMName))
            {
                var all = vm.Components();
                foreach (var name in Name)
                {
                    var hits = all.Where(c => Same(c.Name, name)).ToList();
                    if (hits.Count == 0) Invalid(vm.Node, Texts.Get(vm.Host, "no component"), null);
                    foreach (var hit in hits) yield return hit;
                }
            }
        }

        protected override void Process()
        {
            foreach (var one in Chosen())
            {
                if (!ShouldProcess("\"" + one.Name + "\" (\"" + one.VMName + "\")", On ? "Enable-VMIntegrationService" : "Disable-VMIntegrationService")) continue;
                if (one.Owner is VMSnapshot) { Fail("InvalidParameter", ErrorCategory.InvalidArgument, Texts.Get(one.Host, "state"), one, true); continue; }
                if (!MayChange(one.Owner)) continue;
                if (one.Owner.Data.Text("writeError") is string text) { Fail("OperationFailed", ErrorCategory.NotSpecified, text, one); continue; }
                Services.Switch(one.Node, one.Owner.Id, one.Kind, On);
                if (Passthru) WriteObject(one);
            }
        }
    }

    // checkpoints ------------------------------------------------------------------------------------

    [OutputType(typeof(VMSnapshot))]
    public abstract class GetVMSnapshotBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public string[] VMName { get; set; }
        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public VirtualMachine[] VM { get; set; }
        [Parameter(ParameterSetName = "VMName")] [Parameter(ParameterSetName = "Id")] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        [Parameter(ParameterSetName = "Id", Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)] [ValidateNotNull] public Guid? Id { get; set; }
        [Parameter(ParameterSetName = "VMName", Position = 1)] [Parameter(ParameterSetName = "VMObject", Position = 1)] [Parameter(ParameterSetName = "Parent", Position = 0)] [Parameter(ParameterSetName = "Child", Position = 0)] [ValidateNotNullOrEmpty] public string Name { get; set; }
        [Parameter(ParameterSetName = "Child", Mandatory = true)] public VMSnapshot ChildOf { get; set; }
        [Parameter(ParameterSetName = "Parent", Mandatory = true)] public VirtualMachineBase ParentOf { get; set; }
        [Parameter(ParameterSetName = "VMName")] [Parameter(ParameterSetName = "VMObject")] [Parameter(ParameterSetName = "Parent")] [Parameter(ParameterSetName = "Child")] [Alias("VMRecoveryCheckpoint")] public SnapshotType SnapshotType { get; set; }
        protected override string[] Computers => ComputerName;
        protected override void Process()
        {
            if (ParameterSetName == "Id")
            {
                foreach (var host in Hosts())
                {
                    var hit = All(host).FirstOrDefault(s => s.Id == Id);
                    if (hit != null) WriteObject(hit);
                    else Invalid(host, "Hyper-V was unable to find a checkpoint with id \"" + Id + "\".", Id);
                }
                return;
            }
            if (ParameterSetName == "Child") { Emit(All(ChildOf.Node).Where(s => s.ParentSnapshotId == ChildOf.Id), ChildOf.Node); return; }
            if (ParameterSetName == "Parent") { Emit(All(ParentOf.Node).Where(s => s.Id == ParentOf.ParentSnapshotId), ParentOf.Node); return; }
            foreach (var vm in VM ?? VmsNamed(VMName)) Emit(Of(vm), vm.Node);
        }
        IEnumerable<VMSnapshot> All(Node host) => host.Read().List("vms").OfType<JsonObject>().SelectMany(v => Of(new VirtualMachine(host, v)));
        internal static IEnumerable<VMSnapshot> Of(VirtualMachine vm) => vm.Data.List("snapshots").OfType<JsonObject>().Select(s => new VMSnapshot(vm.Node, vm.Id, s)).ToList();
        void Emit(IEnumerable<VMSnapshot> from, Node host)
        {
            var pattern = Name == null ? null : new WildcardPattern(Name, WildcardOptions.IgnoreCase);
            var hits = from.Where(s => (pattern == null || pattern.IsMatch(s.Name)) && (!MyInvocation.BoundParameters.ContainsKey("SnapshotType") || s.SnapshotType == SnapshotType)).ToList();
            if (hits.Count == 0 && Name != null && !WildcardPattern.ContainsWildcardCharacters(Name)) Invalid(host, "Hyper-V was unable to find a checkpoint with name \"" + Name + "\".", Name);
            WriteObject(hits, true);
        }
    }

    public abstract class CheckpointVMBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0, ValueFromPipeline = true)] [Alias("VMName")] [ValidateNotNullOrEmpty] public string[] Name { get; set; }
        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public VirtualMachine[] VM { get; set; }
        [Parameter(Position = 1)] [Alias("CheckpointName")] [ValidateNotNullOrEmpty] public string SnapshotName { get; set; }
        [Parameter(ParameterSetName = "VMName")] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        [Parameter] public SwitchParameter AsJob { get; set; }
        [Parameter] public SwitchParameter Passthru { get; set; }
        protected override string[] Computers => ComputerName;
        protected override void Process()
        {
            foreach (var vm in VM ?? VmsNamed(Name))
            {
                if (!ShouldProcess(Target(vm), "Checkpoint-VM") || !MayWrite(vm.Node)) continue;
                if (vm.CheckpointType == CheckpointType.Disabled) { Fail("OperationFailed", ErrorCategory.NotSpecified, "Checkpoints have been disabled for '" + vm.Name + "'.", vm); continue; }
                var id = Guid.NewGuid();
                vm.Node.Update(s =>
                {
                    var v = Services.Vm(s, vm.Id);
                    var shot = new JsonObject
                    {
                        ["id"] = id.ToString(), ["name"] = SnapshotName ?? vm.Name + " - (" + DateTime.Now.ToString("M/d/yyyy - h:mm:ss tt", System.Globalization.CultureInfo.InvariantCulture) + ")",
                        ["type"] = "Standard", ["state"] = v.Text("state"), ["generation"] = v.Int("generation", 1), ["created"] = DateTime.UtcNow.ToString("o"),
                        ["parentSnapshot"] = v.Text("parentSnapshot"),
                    };
                    foreach (var key in new[] { "services", "dvd", "disks", "notes" }) if (v.Has(key)) shot[key] = v[key].DeepClone();
                    v.MakeList("snapshots").Add(shot);
                    v["parentSnapshot"] = id.ToString();
                    NewLeaves(s, v);
                });
                if (Passthru) WriteObject(GetVMSnapshotBase.Of(vm).First(x => x.Id == id));
            }
        }

        /// <summary>Each disk goes on as a differencing child of what it was.</summary>
        internal static void NewLeaves(JsonObject state, JsonObject vm)
        {
            foreach (var disk in vm.List("disks").OfType<JsonObject>())
            {
                if (!(disk.Text("path") is string parent)) continue;
                var dot = parent.LastIndexOf('.');
                var stem = parent.Substring(0, dot).Split("_snap")[0];
                var leaf = stem + "_snap" + Guid.NewGuid().ToString("N").Substring(0, 12).ToUpperInvariant() + (parent.EndsWith("vhd", StringComparison.OrdinalIgnoreCase) ? ".avhd" : ".avhdx");
                state.MakeObj("vhds")[leaf] = new JsonObject { ["format"] = leaf.EndsWith("x") ? "VHDX" : "VHD", ["type"] = "Differencing", ["parent"] = parent };
                disk["path"] = leaf;
            }
        }
    }

    public abstract class SnapshotActBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "SnapshotName", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public string[] VMName { get; set; }
        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public VirtualMachine[] VM { get; set; }
        [Parameter(ParameterSetName = "SnapshotObject", Mandatory = true, Position = 0, ValueFromPipeline = true)] [Alias("VMCheckpoint")] [ValidateNotNullOrEmpty] public VMSnapshot[] VMSnapshot { get; set; }
        [Parameter(ParameterSetName = "SnapshotName", Position = 1)] [Parameter(ParameterSetName = "VMObject", Position = 1)] [ValidateNotNullOrEmpty] public string[] Name { get; set; }
        [Parameter(ParameterSetName = "SnapshotName")] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        [Parameter] public SwitchParameter Passthru { get; set; }
        protected override string[] Computers => ComputerName;
        protected IEnumerable<VMSnapshot> Chosen()
        {
            if (VMSnapshot != null) { foreach (var s in VMSnapshot) yield return s; yield break; }
            foreach (var vm in VM ?? VmsNamed(VMName))
                foreach (var name in Name ?? new[] { "*" })
                {
                    var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
                    var hits = GetVMSnapshotBase.Of(vm).Where(s => pattern.IsMatch(s.Name)).ToList();
                    if (hits.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name)) Invalid(vm.Node, "Hyper-V was unable to find a checkpoint with name \"" + name + "\".", name);
                    foreach (var hit in hits) yield return hit;
                }
        }
        protected static JsonObject Shot(JsonObject vm, Guid id) => vm.List("snapshots").OfType<JsonObject>().FirstOrDefault(s => Guid.Parse(s.Text("id")) == id);
    }

    public abstract class RestoreVMSnapshotBase : SnapshotActBase
    {
        protected override void Process()
        {
            foreach (var shot in Chosen())
            {
                if (!ShouldProcess(shot.Name, "Restore-VMSnapshot") || !MayWrite(shot.Node)) continue;
                shot.Node.Update(s =>
                {
                    var vm = Services.Vm(s, shot.VMId);
                    var from = Shot(vm, shot.Id);
                    foreach (var key in new[] { "services", "dvd", "disks", "notes" }) if (from.Has(key)) vm[key] = from[key].DeepClone();
                    vm["state"] = from.Text("state") == "Off" ? "Off" : "Saved";
                    vm["parentSnapshot"] = shot.Id.ToString();
                    CheckpointVMBase.NewLeaves(s, vm);
                });
                if (Passthru) WriteObject(shot);
            }
        }
    }

    public abstract class RemoveVMSnapshotBase : SnapshotActBase
    {
        [Parameter] [Alias("IncludeAllChildCheckpoints")] public SwitchParameter IncludeAllChildSnapshots { get; set; }
        [Parameter] public SwitchParameter AsJob { get; set; }
        protected override void Process()
        {
            foreach (var shot in Chosen().ToList())
            {
                if (!ShouldProcess(shot.Name, "Remove-VMSnapshot") || !MayWrite(shot.Node)) continue;
                shot.Node.Update(s =>
                {
                    var vm = Services.Vm(s, shot.VMId);
                    var gone = Shot(vm, shot.Id);
                    if (gone == null) return;
                    var list = vm.List("snapshots");
                    foreach (var child in list.OfType<JsonObject>().Where(c => c.Text("parentSnapshot") == gone.Text("id")).ToList())
                        if (IncludeAllChildSnapshots) list.Remove(child); else child["parentSnapshot"] = gone.Text("parentSnapshot");
                    if (vm.Text("parentSnapshot") == gone.Text("id")) vm["parentSnapshot"] = gone.Text("parentSnapshot");
                    list.Remove(gone);
                    if (list.Count > 0) return;
                    vm.Remove("parentSnapshot");
                    foreach (var disk in vm.List("disks").OfType<JsonObject>())
                    {
                        var vhds = s.Obj("vhds");
                        for (var path = disk.Text("path"); path != null && vhds.Obj(vhds.Find(path) ?? "").Text("type") == "Differencing" && path.Contains("_snap");)
                        {
                            var parent = vhds.Obj(vhds.Find(path)).Text("parent");
                            vhds.Remove(vhds.Find(path));
                            disk["path"] = path = parent;
                        }
                    }
                });
                if (Passthru) WriteObject(shot);
            }
        }
    }

    // drives -----------------------------------------------------------------------------------------

    public abstract class GetDriveBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "VMName")] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public string[] VMName { get; set; }
        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public VirtualMachine[] VM { get; set; }
        [Parameter(ParameterSetName = "VMSnapshot", Mandatory = true, Position = 0, ValueFromPipeline = true)] [Alias("VMCheckpoint")] [ValidateNotNullOrEmpty] public VMSnapshot VMSnapshot { get; set; }
        [Parameter(ParameterSetName = "VMDriveController", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public VMDriveController[] VMDriveController { get; set; }
        [Parameter] public int? ControllerLocation { get; set; }
        [Parameter(ParameterSetName = "VMName")] [Parameter(ParameterSetName = "VMObject")] [Parameter(ParameterSetName = "VMSnapshot")] public int? ControllerNumber { get; set; }
        protected override string[] Computers => ComputerName;
        protected abstract IEnumerable<Drive> Of(VirtualMachineBase vm);
        protected virtual bool Fits(Drive d) => true;
        protected override void Process()
        {
            if (VMDriveController != null)
            {
                foreach (var c in VMDriveController) Emit(Of(c.Owner).Where(d => d.ControllerType == c.Type && d.ControllerNumber == c.ControllerNumber));
                return;
            }
            foreach (var vm in VMSnapshot != null ? new VirtualMachineBase[] { VMSnapshot } : (IEnumerable<VirtualMachineBase>)VM ?? VmsNamed(VMName)) Emit(Of(vm));
        }
        void Emit(IEnumerable<Drive> from)
            => WriteObject(from.Where(d => Fits(d) && (ControllerNumber == null || d.ControllerNumber == ControllerNumber) && (ControllerLocation == null || d.ControllerLocation == ControllerLocation)), true);
    }

    [OutputType(typeof(DvdDrive))]
    public abstract class GetVMDvdDriveBase : GetDriveBase { protected override IEnumerable<Drive> Of(VirtualMachineBase vm) => vm.DVDDrives; }

    [OutputType(typeof(HardDiskDrive))]
    public abstract class GetVMHardDiskDriveBase : GetDriveBase
    {
        [Parameter(ParameterSetName = "VMName")] [Parameter(ParameterSetName = "VMObject")] [Parameter(ParameterSetName = "VMSnapshot")] public ControllerType? ControllerType { get; set; }
        protected override IEnumerable<Drive> Of(VirtualMachineBase vm) => vm.HardDrives;
        protected override bool Fits(Drive d) => ControllerType == null || d.ControllerType == ControllerType;
    }

    public abstract class DvdBase : HvCmdlet
    {
        protected bool MediaOk(VirtualMachineBase vm, string path, bool loose)
        {
            if (path == null || loose || vm.Node.FileExists(path)) return true;
            Fail("ObjectNotFound", ErrorCategory.ObjectNotFound, "The system cannot find the file specified: '" + path + "'.", path);
            return false;
        }
        protected bool Cold(VirtualMachineBase vm)
        {
            if (vm.Generation == 2 || vm.State == VMState.Off) return true;
            Fail("Unspecified", ErrorCategory.NotSpecified, "Failed to change the virtual machine device configuration. An IDE device cannot be added or removed while the virtual machine '" + vm.Name + "' is running.", null);
            return false;
        }
    }

    public abstract class SetVMDvdDriveBase : DvdBase
    {
        [Parameter(ParameterSetName = "VMName")] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        [Parameter(ParameterSetName = "Object", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public DvdDrive[] VMDvdDrive { get; set; }
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0)] [ValidateNotNullOrEmpty] public string VMName { get; set; }
        [Parameter(ParameterSetName = "VMName", Position = 1)] [ValidateNotNull] public int? ControllerNumber { get; set; }
        [Parameter(ParameterSetName = "VMName", Position = 2)] [ValidateNotNull] public int? ControllerLocation { get; set; }
        [Parameter] public int? ToControllerNumber { get; set; }
        [Parameter] public int? ToControllerLocation { get; set; }
        [Parameter(Position = 3)] public string Path { get; set; }
        [Parameter] public string ResourcePoolName { get; set; }
        [Parameter] public SwitchParameter AllowUnverifiedPaths { get; set; }
        [Parameter] public SwitchParameter Passthru { get; set; }
        protected override string[] Computers => ComputerName;
        IEnumerable<DvdDrive> Chosen()
        {
            if (VMDvdDrive != null) { foreach (var d in VMDvdDrive) yield return d; yield break; }
            foreach (var vm in VmsNamed(new[] { VMName }))
            {
                var hits = vm.DVDDrives.Where(d => (ControllerNumber == null || d.ControllerNumber == ControllerNumber) && (ControllerLocation == null || d.ControllerLocation == ControllerLocation)).ToList();
                if (hits.Count == 1) { yield return hits[0]; continue; }
                Fail("InvalidParameter", ErrorCategory.InvalidArgument, hits.Count == 0 ? "A DVD drive with the specified parameters was not found on virtual machine '" + vm.Name + "'." : "Several DVD drives match; name the controller number and location.", null, true);
            }
        }
        protected override void Process()
        {
            foreach (var drive in Chosen())
            {
                if (!ShouldProcess(drive.VMName, "Set-VMDvdDrive") || !MayChange(drive.Owner)) continue;
                if (drive.Owner is VirtualMachine v && v.IsClustered && Path != null && Path.StartsWith("C:", StringComparison.OrdinalIgnoreCase) && !AllowUnverifiedPaths)
                {
                    Fail("InvalidParameter", ErrorCategory.InvalidArgument, "The path '" + Path + "' is not a path on storage managed by the cluster.", Path, true);
                    continue;
                }
                if (MyInvocation.BoundParameters.ContainsKey("Path") && !MediaOk(drive.Owner, string.IsNullOrEmpty(Path) ? null : Path, AllowUnverifiedPaths)) continue;
                drive.Node.Log("event:dvd-set", new Dictionary<string, object> { ["vm"] = drive.VMId.ToString(), ["path"] = Path });
                drive.Node.Update(s =>
                {
                    var now = Services.Vm(s, drive.Owner.Id).List("dvd").OfType<JsonObject>().FirstOrDefault(drive.Is);
                    if (now == null) return;
                    if (MyInvocation.BoundParameters.ContainsKey("Path")) now["path"] = string.IsNullOrEmpty(Path) ? null : Path;
                    if (ToControllerNumber != null) now["controllerNumber"] = ToControllerNumber;
                    if (ToControllerLocation != null) now["controllerLocation"] = ToControllerLocation;
                });
                drive.ControllerNumber = ToControllerNumber ?? drive.ControllerNumber;
                drive.ControllerLocation = ToControllerLocation ?? drive.ControllerLocation;
                if (Passthru) WriteObject(drive);
            }
        }
    }

    public abstract class AddVMDvdDriveBase : DvdBase
    {
        [Parameter(ParameterSetName = "VMName")] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public string[] VMName { get; set; }
        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public VirtualMachine[] VM { get; set; }
        [Parameter(ParameterSetName = "VMDriveController", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public VMDriveController[] VMDriveController { get; set; }
        [Parameter(ParameterSetName = "VMName", Position = 2)] [Parameter(ParameterSetName = "VMObject", Position = 2)] public int? ControllerNumber { get; set; }
        [Parameter(Position = 3)] public int? ControllerLocation { get; set; }
        [Parameter(Position = 4)] public string Path { get; set; }
        [Parameter] public string ResourcePoolName { get; set; }
        [Parameter] public SwitchParameter AllowUnverifiedPaths { get; set; }
        [Parameter] public SwitchParameter Passthru { get; set; }
        protected override string[] Computers => ComputerName;
        protected override void Process()
        {
            foreach (var vm in VMDriveController != null ? VMDriveController.Select(c => c.Owner).OfType<VirtualMachine>() : VM ?? VmsNamed(VMName))
            {
                if (!ShouldProcess(Target(vm), "Add-VMDvdDrive") || !MayChange(vm) || !Cold(vm) || !MediaOk(vm, Path, AllowUnverifiedPaths)) continue;
                var type = vm.Generation == 2 ? ControllerType.SCSI : ControllerType.IDE;
                var taken = vm.DVDDrives.Cast<Drive>().Concat(vm.HardDrives).Where(d => d.ControllerType == type).Select(d => (d.ControllerNumber, d.ControllerLocation)).ToList();
                var number = VMDriveController != null ? VMDriveController[0].ControllerNumber : ControllerNumber;
                var free = from n in type == ControllerType.IDE ? new[] { 0, 1 } : new[] { 0 } from l in Enumerable.Range(0, type == ControllerType.IDE ? 2 : 64) where !taken.Contains((n, l)) && (number ?? n) == n && (ControllerLocation ?? l) == l select (n, l);
                if (!free.Any())
                {
                    Fail("Unspecified", ErrorCategory.NotSpecified, "The virtual machine '" + vm.Name + "' has no free place for a DVD drive at the given controller.", null);
                    continue;
                }
                var at = free.First();
                vm.Node.Log("event:dvd-add", new Dictionary<string, object> { ["vm"] = vm.Id.ToString(), ["path"] = Path });
                vm.Node.Update(s => Services.Vm(s, vm.Id).MakeList("dvd").Add(new JsonObject { ["controllerType"] = type.ToString(), ["controllerNumber"] = at.n, ["controllerLocation"] = at.l, ["path"] = Path }));
                if (Passthru) WriteObject(vm.DVDDrives.Last());
            }
        }
    }

    public abstract class RemoveVMDvdDriveBase : DvdBase
    {
        [Parameter(ParameterSetName = "VMName")] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0)] [ValidateNotNullOrEmpty] public string VMName { get; set; }
        [Parameter(ParameterSetName = "VMDvdDrive", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public DvdDrive[] VMDvdDrive { get; set; }
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 1)] [ValidateNotNull] public int? ControllerNumber { get; set; }
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 2)] [ValidateNotNull] public int? ControllerLocation { get; set; }
        [Parameter] public SwitchParameter Passthru { get; set; }
        protected override string[] Computers => ComputerName;
        protected override void Process()
        {
            var chosen = VMDvdDrive ?? VmsNamed(new[] { VMName }).SelectMany(vm => vm.DVDDrives).Where(d => d.ControllerNumber == ControllerNumber && d.ControllerLocation == ControllerLocation).ToArray();
            if (chosen.Length == 0) Fail("InvalidParameter", ErrorCategory.InvalidArgument, "No DVD drive was found at the given controller number and location.", null, true);
            foreach (var drive in chosen)
            {
                if (!ShouldProcess(drive.VMName, "Remove-VMDvdDrive") || !MayChange(drive.Owner) || !Cold(drive.Owner)) continue;
                drive.Node.Log("event:dvd-remove", new Dictionary<string, object> { ["vm"] = drive.VMId.ToString() });
                drive.Node.Update(s =>
                {
                    var list = Services.Vm(s, drive.Owner.Id).List("dvd");
                    if (list.OfType<JsonObject>().FirstOrDefault(drive.Is) is JsonObject gone) list.Remove(gone);
                });
                if (Passthru) WriteObject(drive);
            }
        }
    }

    [OutputType(typeof(VMNetworkAdapter))]
    public abstract class GetVMNetworkAdapterBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "VMName")] [Parameter(ParameterSetName = "All")] [Parameter(ParameterSetName = "ManagementOS")] [ValidateNotNullOrEmpty] public string[] ComputerName { get; set; }
        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public string[] VMName { get; set; }
        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)] [ValidateNotNullOrEmpty] public VirtualMachine[] VM { get; set; }
        [Parameter(ParameterSetName = "All", Mandatory = true)] public SwitchParameter All { get; set; }
        [Parameter(ParameterSetName = "ManagementOS", Mandatory = true)] public SwitchParameter ManagementOS { get; set; }
        [Parameter(Position = 1)] [Alias("VMNetworkAdapterName")] public string Name { get; set; }
        [Parameter(ParameterSetName = "VMSnapshot", Mandatory = true, Position = 0, ValueFromPipeline = true)] [Alias("VMCheckpoint")] [ValidateNotNullOrEmpty] public VMSnapshot VMSnapshot { get; set; }
        [Parameter(ParameterSetName = "VMName")] [Parameter(ParameterSetName = "VMObject")] public bool IsLegacy { get; set; }
        [Parameter(ParameterSetName = "ManagementOS")] public string SwitchName { get; set; }
        protected override string[] Computers => ComputerName;
        protected override void Process()
        {
            if (ManagementOS) return;
            foreach (var vm in VMSnapshot != null ? new VirtualMachineBase[] { VMSnapshot } : (IEnumerable<VirtualMachineBase>)VM ?? VmsNamed(All ? null : VMName))
                WriteObject(vm.NetworkAdapters.Where(a => (!MyInvocation.BoundParameters.ContainsKey("IsLegacy") || a.IsLegacy == IsLegacy)).Where(a => Name == null || new WildcardPattern(Name, WildcardOptions.IgnoreCase).IsMatch(a.Name)), true);
        }
    }
}
