// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Get-, Enable- and Disable-VMIntegrationService.

using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using Microsoft.HyperV.PowerShell;

namespace WindowsLab.HyperV
{
    [OutputType(typeof(VMIntegrationComponent))]
    public abstract class GetVMIntegrationServiceBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public string[] VMName { get; set; }

        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public VirtualMachine[] VM { get; set; }

        [Parameter(ParameterSetName = "VMSnapshot", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [Alias("VMCheckpoint")]
        [ValidateNotNullOrEmpty]
        public VMSnapshot VMSnapshot { get; set; }

        [Parameter(Position = 1)]
        [ValidateNotNullOrEmpty]
        public string[] Name { get; set; }

        protected override string[] Computers => ComputerName;

        protected override void Process()
        {
            foreach (var vm in Wanted())
            {
                if (Gone(vm, "onComponents") || !Readable(vm.Data, "components"))
                {
                    continue;
                }
                if (vm is VirtualMachine)
                {
                    VmServices.Read(vm.Node, vm.Data);
                }
                var all = vm.Components();
                WriteObject(Name == null ? all : Name.SelectMany(name => Named(vm, all, name)), true);
            }
        }

        IEnumerable<VirtualMachineBase> Wanted()
        {
            if (VMSnapshot != null)
            {
                return new[] { VMSnapshot };
            }
            return VM == null ? VmsNamed(VMName) : VM.Where(vm => Admits(vm.Node));
        }
    }

    public abstract class SetIntegrationBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "VMName")]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        [Parameter(ParameterSetName = "VMIntegrationService", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public VMIntegrationComponent[] VMIntegrationService { get; set; }

        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 0)]
        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0)]
        [ValidateNotNullOrEmpty]
        public string[] Name { get; set; }

        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 1, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public VirtualMachine[] VM { get; set; }

        [Parameter(ParameterSetName = "VMName", Mandatory = true, Position = 1, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public string[] VMName { get; set; }

        [Parameter]
        public SwitchParameter Passthru { get; set; }

        protected override string[] Computers => ComputerName;
        protected abstract bool On { get; }

        protected override void Process()
        {
            foreach (var one in Chosen())
            {
                if (ShouldProcess("\"" + one.Name + "\" (\"" + one.VMName + "\")", CmdletName))
                {
                    Set(one);
                }
            }
        }

        IEnumerable<VMIntegrationComponent> Chosen()
        {
            if (VMIntegrationService != null)
            {
                return VMIntegrationService;
            }
            return (VM ?? VmsNamed(VMName)).SelectMany(vm =>
            {
                var all = vm.Components();
                return Name.SelectMany(name => Named(vm, all, name)).ToList();
            });
        }

        void Set(VMIntegrationComponent one)
        {
            if (one.Owner is VMSnapshot)
            {
                Invalid(one.Node, HostTexts.Get(one.Host, "state"), one);
            }
            else if (!MayChange(one.Owner))
            {
                return;
            }
            else if (one.Owner.Data.Text("writeError") is string text)
            {
                Fail("OperationFailed", ErrorCategory.NotSpecified, text, one);
            }
            else
            {
                GuestLink.Switch(one.Node, one.Owner.Id, one.Kind, On);
                if (Passthru)
                {
                    WriteObject(one);
                }
            }
        }
    }
}
