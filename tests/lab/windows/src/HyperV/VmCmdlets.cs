// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Get-VM, Get-VMHost, Start-VM and Stop-VM.

using System;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using Microsoft.HyperV.PowerShell;

namespace WindowsLab.HyperV
{
    [OutputType(typeof(VirtualMachine))]
    public abstract class GetVMBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "Name", Position = 0, ValueFromPipeline = true)]
        [Alias("VMName")]
        [ValidateNotNullOrEmpty]
        public string[] Name { get; set; }

        [Parameter(ParameterSetName = "Name")]
        [Parameter(ParameterSetName = "Id")]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        [Parameter(ParameterSetName = "Id", Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [ValidateNotNull]
        public Guid? Id { get; set; }

        [Parameter(ParameterSetName = "ClusterObject", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [PSTypeName("Microsoft.FailoverClusters.PowerShell.ClusterObject")]
        public PSObject ClusterObject { get; set; }

        protected override string[] Computers => ComputerName;

        protected override void Process()
        {
            if (ParameterSetName == "Id")
            {
                FindById();
                return;
            }
            if (ParameterSetName == "ClusterObject")
            {
                Name = new[] { Convert.ToString(ClusterObject.Properties["Name"]?.Value) };
            }
            foreach (var vm in VmsNamed(Name))
            {
                WriteObject(vm);
            }
        }

        void FindById()
        {
            foreach (var host in Hosts())
            {
                var vm = Vms(host).Count == 0 ? null : host.Vm(Id.Value);
                if (vm == null)
                {
                    NotFound(host, "id", Id);
                }
                else if (Readable(vm, "vm"))
                {
                    WriteObject(new VirtualMachine(host, vm));
                }
            }
        }
    }

    [OutputType(typeof(VMHost))]
    public abstract class GetVMHostBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "ComputerName", Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        protected override string[] Computers => ComputerName;

        protected override void Process()
        {
            foreach (var host in Hosts())
            {
                WriteObject(new VMHost(host));
            }
        }
    }

    public abstract class PowerCmdlet : HvCmdlet
    {
        [Parameter(ParameterSetName = "Name")]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public VirtualMachine[] VM { get; set; }

        [Parameter(ParameterSetName = "Name", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [Alias("VMName")]
        [ValidateNotNullOrEmpty]
        public string[] Name { get; set; }

        [Parameter]
        public SwitchParameter AsJob { get; set; }

        [Parameter]
        public SwitchParameter Passthru { get; set; }

        protected override string[] Computers => ComputerName;

        protected abstract bool Act(VirtualMachine vm);

        protected override void Process()
        {
            foreach (var vm in VM ?? VmsNamed(Name))
            {
                if (ShouldProcess(vm.Name, CmdletName) && !Gone(vm, "onWrite") && Act(vm) && Passthru)
                {
                    WriteObject(vm);
                }
            }
        }

        protected bool Go(VirtualMachine vm, string wanted)
        {
            if (!MayWrite(vm.Node))
            {
                return false;
            }
            var was = vm.Data.Text("state", "Off");
            vm.Node.Log("event:state", ("vm", vm.Id), ("state", wanted));
            var fromDisk = GuestPower.OfflinePackage(vm.Node, vm.Data);
            vm.Node.Update(state =>
            {
                var data = GuestLink.Vm(state, vm.Id);
                data["state"] = wanted;
                if (wanted == "Running" && was == "Off")
                {
                    Boot(vm.Node, state, data, fromDisk);
                }
            });
            GuestPower.Follow(vm.Node, vm.Data, was);
            return true;
        }

        static void Boot(Node host, JsonObject state, JsonObject vm, string fromDisk)
        {
            vm["uptimeSeconds"] = 1;
            foreach (var kind in ServiceKind.All.Where(k => VmServices.Offered(host, vm, k) && VmServices.Enabled(vm, k)))
            {
                GuestLink.WaitForContact(state, VmServices.Entry(host, vm, kind));
            }
            if (fromDisk != null && SetupProgram.IsOlder(vm.Text("icVersion"), fromDisk))
            {
                vm["icVersion"] = fromDisk;
            }
            foreach (var later in (vm.Obj("onBoot") ?? new JsonObject()).ToList())
            {
                vm[later.Key] = later.Value?.DeepClone();
            }
            vm.Remove("onBoot");
        }
    }

    public abstract class StartVMBase : PowerCmdlet
    {
        protected override bool Act(VirtualMachine vm)
        {
            if (vm.State == VMState.Running)
            {
                WriteWarning("The virtual machine is already in the specified state.");
                return true;
            }
            if (vm.Data.Text("startError") is string text)
            {
                Fail("OperationFailed", ErrorCategory.NotSpecified, text, vm);
                return false;
            }
            return Go(vm, "Running");
        }
    }

    public abstract class StopVMBase : PowerCmdlet
    {
        [Parameter]
        public SwitchParameter Save { get; set; }

        [Parameter]
        public SwitchParameter TurnOff { get; set; }

        [Parameter]
        public SwitchParameter Force { get; set; }

        protected override bool Act(VirtualMachine vm)
        {
            if (vm.State == VMState.Off)
            {
                WriteWarning("The virtual machine is already in the specified state.");
                return true;
            }
            if (Save || TurnOff)
            {
                return Go(vm, Save ? "Saved" : "Off");
            }
            if (vm.State != VMState.Running)
            {
                Fail("InvalidState", ErrorCategory.InvalidOperation, HostTexts.Get(vm.Host, "state"), vm);
                return false;
            }
            var start = "The virtual machine '" + vm.Name + "' cannot be shut down because ";
            if (!CanShutDown(vm))
            {
                Fail("OperationFailed", ErrorCategory.NotSpecified, start + "the Shutdown integration service is unavailable.", vm);
                return false;
            }
            if (vm.Data.Flag("locked") && !Force)
            {
                Fail("OperationFailed", ErrorCategory.NotSpecified, start + "its desktop is locked or in use.", vm);
                return false;
            }
            return Go(vm, "Off");
        }

        static bool CanShutDown(VirtualMachine vm)
        {
            var kind = ServiceKind.Shutdown;
            VmServices.Read(vm.Node, vm.Data);
            return VmServices.Offered(vm.Node, vm.Data, kind) && VmServices.Enabled(vm.Data, kind)
                && VmServices.Status(vm.Node, vm.Data, kind).primary == VMIntegrationComponentOperationalStatus.Ok;
        }
    }
}
