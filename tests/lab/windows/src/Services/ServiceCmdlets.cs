// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Get-, Start-, Stop-, Restart- and Set-Service.

using System.ComponentModel;
using System.Management.Automation;
using System.ServiceProcess;
using Microsoft.Win32;
using WindowsLab;

namespace Microsoft.PowerShell.Commands
{
    [Cmdlet("Get", "Service", DefaultParameterSetName = "Default")]
    [OutputType(typeof(ServiceController))]
    public sealed class GetServiceCommand : ServiceSelectCommand
    {
        [Parameter(Position = 0, ParameterSetName = "Default", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
        [Alias("ServiceName")]
        [ValidateNotNullOrEmpty]
        public string[] Name { get; set; }

        [Parameter]
        [Alias("DS")]
        public SwitchParameter DependentServices { get; set; }

        [Parameter]
        [Alias("SDO", "ServicesDependedOn")]
        public SwitchParameter RequiredServices { get; set; }

        protected override string[] Names => Name;
        protected override bool AllByDefault => true;

        protected override void Process()
        {
            foreach (var service in Selected())
            {
                if (DependentServices)
                {
                    WriteObject(service.DependentServices, true);
                }
                else if (RequiredServices)
                {
                    WriteObject(service.ServicesDependedOn, true);
                }
                else
                {
                    WriteObject(service);
                }
            }
        }
    }

    public abstract class ServiceActCommand : ServiceSelectCommand
    {
        [Parameter(Position = 0, ParameterSetName = "Default", Mandatory = true, ValueFromPipeline = true,
            ValueFromPipelineByPropertyName = true)]
        [Alias("ServiceName")]
        public string[] Name { get; set; }

        [Parameter]
        public SwitchParameter PassThru { get; set; }

        protected override string[] Names => Name;

        protected abstract bool Act(ServiceController service);

        protected override void Process()
        {
            foreach (var service in Selected())
            {
                if (ShouldProcess(Shown(service)) && Act(service) && PassThru)
                {
                    WriteObject(service);
                }
            }
        }
    }

    [Cmdlet("Start", "Service", DefaultParameterSetName = "InputObject", SupportsShouldProcess = true)]
    public sealed class StartServiceCommand : ServiceActCommand
    {
        protected override bool Act(ServiceController service) => DoStart(service);
    }

    [Cmdlet("Stop", "Service", DefaultParameterSetName = "InputObject", SupportsShouldProcess = true)]
    public sealed class StopServiceCommand : ServiceActCommand
    {
        [Parameter]
        public SwitchParameter Force { get; set; }

        [Parameter]
        public SwitchParameter NoWait { get; set; }

        protected override bool Act(ServiceController service) => DoStop(service, Force);
    }

    [Cmdlet("Restart", "Service", DefaultParameterSetName = "InputObject", SupportsShouldProcess = true)]
    public sealed class RestartServiceCommand : ServiceActCommand
    {
        [Parameter]
        public SwitchParameter Force { get; set; }

        protected override bool Act(ServiceController service) => DoStop(service, Force) && DoStart(service);
    }

    [Cmdlet("Set", "Service", DefaultParameterSetName = "Name", SupportsShouldProcess = true)]
    public sealed class SetServiceCommand : ServiceBaseCommand
    {
        [Parameter(Position = 0, ParameterSetName = "Name", Mandatory = true, ValueFromPipeline = true,
            ValueFromPipelineByPropertyName = true)]
        [Alias("ServiceName", "SN")]
        public string Name { get; set; }

        [Parameter]
        [Alias("DN")]
        public string DisplayName { get; set; }

        [Parameter(Position = 0, ParameterSetName = "InputObject", Mandatory = true, ValueFromPipeline = true)]
        public ServiceController InputObject { get; set; }

        [Parameter]
        public string Description { get; set; }

        [Parameter]
        [Alias("StartMode", "SM", "ST", "StartType")]
        public ServiceStartupType StartupType { get; set; } = ServiceStartupType.InvalidValue;

        [Parameter]
        [Alias("State")]
        [ValidateSet("Running", "Stopped", "Paused")]
        public string Status { get; set; }

        [Parameter]
        public SwitchParameter Force { get; set; }

        [Parameter]
        public SwitchParameter PassThru { get; set; }

        protected override void Process()
        {
            var name = InputObject?.Name ?? Name;
            var data = GuestServices.Find(Here.Read(), name);
            if (data == null)
            {
                var error = new ServiceCommandException("Service '" + name + "' was not found on computer '.'.") { ServiceName = name };
                WriteError(new ErrorRecord(error, "NoServiceFoundForGivenName", ErrorCategory.ObjectNotFound, name));
                return;
            }
            var service = new ServiceController(Here, data);
            if (!ShouldProcess(Shown(service)))
            {
                return;
            }
            if (data.Flag("denySet"))
            {
                Fail(service, new Win32Exception(5, "Access is denied."), "CouldNotSetService",
                    "cannot be configured due to the following error: Access is denied", ErrorCategory.PermissionDenied);
                return;
            }
            Configure(name);
            service.Refresh();
            if (Switched(service) && PassThru)
            {
                WriteObject(service);
            }
        }

        void Configure(string name)
        {
            Here.Update(state =>
            {
                var service = GuestServices.Find(state, name);
                if (DisplayName != null)
                {
                    service["displayName"] = DisplayName;
                }
                if (Description != null)
                {
                    service["description"] = Description;
                }
                if (StartupType == ServiceStartupType.InvalidValue)
                {
                    return;
                }
                service["startType"] = StartupType.ToString();
                var key = @"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\" + name;
                var hive = new Hive(state, true);
                if (hive.Exists(key))
                {
                    var delayed = StartupType == ServiceStartupType.AutomaticDelayedStart;
                    hive.Put(key, "Start", delayed ? 2 : (int)StartupType, RegistryValueKind.DWord);
                }
            });
            Here.Log("event:set-service", ("name", name), ("startType", StartupType));
        }

        bool Switched(ServiceController service)
        {
            switch (Status)
            {
                case "Running":
                    return DoStart(service);
                case "Stopped":
                    return DoStop(service, Force);
                case "Paused" when !service.CanPauseAndContinue:
                    Fail(service, null, "CouldNotSuspendServiceNotSupported",
                        "cannot be suspended because the service does not support being suspended or resumed.", ErrorCategory.CloseError);
                    return false;
                default:
                    return true;
            }
        }
    }
}
