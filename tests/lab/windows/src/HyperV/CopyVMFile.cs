// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Copy-VMFile: needs Guest Service Interface on both sides.

using System.IO;
using System.Management.Automation;
using Microsoft.HyperV.PowerShell;

namespace WindowsLab.HyperV
{
    public abstract class CopyVMFileBase : HvCmdlet
    {
        [Parameter(ParameterSetName = "Name")]
        [ValidateNotNullOrEmpty]
        public string[] ComputerName { get; set; }

        [Parameter(ParameterSetName = "Name", Mandatory = true, Position = 0)]
        [Alias("VMName")]
        [ValidateNotNullOrEmpty]
        public string[] Name { get; set; }

        [Parameter(ParameterSetName = "VMObject", Mandatory = true, Position = 0, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public VirtualMachine[] VM { get; set; }

        [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public string SourcePath { get; set; }

        [Parameter(Mandatory = true, Position = 2)]
        [ValidateNotNullOrEmpty]
        public string DestinationPath { get; set; }

        [Parameter(Mandatory = true)]
        [ValidateNotNullOrEmpty]
        public CopyFileSourceType FileSource { get; set; }

        [Parameter]
        public SwitchParameter CreateFullPath { get; set; }

        [Parameter]
        public SwitchParameter Force { get; set; }

        [Parameter]
        public SwitchParameter AsJob { get; set; }

        protected override string[] Computers => ComputerName;

        protected override void Process()
        {
            foreach (var vm in VM ?? VmsNamed(Name))
            {
                if (ShouldProcess(vm.Name, CmdletName) && MayChange(vm))
                {
                    Copy(vm);
                }
            }
        }

        void Copy(VirtualMachine vm)
        {
            var start = "'" + vm.Name + "' failed to copy the source file '" + SourcePath + "' to the destination '" + DestinationPath + "': ";
            var kind = ServiceKind.GuestServiceInterface;
            VmServices.Read(vm.Node, vm.Data);
            var ready = VmServices.Offered(vm.Node, vm.Data, kind) && VmServices.Enabled(vm.Data, kind)
                && VmServices.Status(vm.Node, vm.Data, kind).primary == VMIntegrationComponentOperationalStatus.Ok;
            if (!ready)
            {
                Fail("OperationFailed", ErrorCategory.NotSpecified, start + "the guest services are not available.", vm);
                return;
            }
            var source = vm.Node.Local(SourcePath);
            if (!File.Exists(source))
            {
                Fail("ObjectNotFound", ErrorCategory.ObjectNotFound, start + "the system cannot find the file specified.", vm);
                return;
            }
            if (!(GuestLink.Of(vm.Node, vm.Data) is Node guest))
            {
                return;   // a VM without a guest node has no disk to look at afterwards
            }
            var target = guest.Local(DestinationPath);
            if (File.Exists(target) && !Force)
            {
                Fail("OperationFailed", ErrorCategory.ResourceExists, start + "the file exists.", vm);
                return;
            }
            if (!CreateFullPath && !Directory.Exists(Path.GetDirectoryName(target)))
            {
                Fail("OperationFailed", ErrorCategory.ObjectNotFound, start + "the system cannot find the path specified.", vm);
                return;
            }
            Directory.CreateDirectory(Path.GetDirectoryName(target));
            File.Copy(source, target, true);
        }
    }
}
