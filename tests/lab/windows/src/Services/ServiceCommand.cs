// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the service cmdlets share: choosing services, starting and stopping them, and their errors.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.ServiceProcess;
using System.Text.Json.Nodes;
using WindowsLab;

namespace Microsoft.PowerShell.Commands
{
    public enum ServiceStartupType
    {
        InvalidValue = -1, Automatic = 2, Manual = 3, Disabled = 4, AutomaticDelayedStart = 10,
    }

    public class ServiceCommandException : SystemException
    {
        public ServiceCommandException(string message, Exception inner = null) : base(message, inner)
        {
        }

        public string ServiceName { get; set; }
    }

    public abstract class ServiceBaseCommand : LabCmdlet
    {
        protected static string Shown(ServiceController service) => service.DisplayName + " (" + service.Name + ")";

        protected void Fail(ServiceController service, Exception inner, string id, string text, ErrorCategory category)
        {
            var error = new ServiceCommandException("Service '" + Shown(service) + "' " + text, inner) { ServiceName = service.Name };
            WriteError(new ErrorRecord(error, id, category, service));
        }

        protected bool DoStart(ServiceController service)
        {
            try
            {
                if (service.Status != ServiceControllerStatus.Running)
                {
                    GuestServices.Start(Here, service.Name);
                    service.Refresh();
                }
                return true;
            }
            catch (ServiceRefused error)
            {
                Fail(service, error, "CouldNotStartService", "cannot be started due to the following error: " + error.Message,
                    ErrorCategory.OpenError);
                return false;
            }
        }

        protected bool DoStop(ServiceController service, bool force)
        {
            if (service.Status == ServiceControllerStatus.Stopped)
            {
                return true;
            }
            var dependents = service.DependentServices.Where(d => d.Status != ServiceControllerStatus.Stopped).ToList();
            if (dependents.Count > 0 && !force)
            {
                var error = new ServiceCommandException("Cannot stop service '" + Shown(service) + "' because it has dependent services. " +
                    "It can only be stopped if the Force flag is set.") { ServiceName = service.Name };
                WriteError(new ErrorRecord(error, "ServiceHasDependentServices", ErrorCategory.InvalidOperation, service));
                return false;
            }
            try
            {
                dependents.ForEach(d => GuestServices.Stop(Here, d.Name));
                GuestServices.Stop(Here, service.Name);
                service.Refresh();
                return true;
            }
            catch (ServiceRefused error)
            {
                Fail(service, error, "CouldNotStopService", "cannot be stopped due to the following error: " + error.Message,
                    ErrorCategory.CloseError);
                return false;
            }
        }
    }

    public abstract class ServiceSelectCommand : ServiceBaseCommand
    {
        [Parameter(ParameterSetName = "DisplayName", Mandatory = true)]
        public string[] DisplayName { get; set; }

        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[] Include { get; set; }

        [Parameter]
        [ValidateNotNullOrEmpty]
        public string[] Exclude { get; set; }

        [Parameter(ParameterSetName = "InputObject", ValueFromPipeline = true)]
        [ValidateNotNullOrEmpty]
        public ServiceController[] InputObject { get; set; }

        protected abstract string[] Names { get; }
        protected virtual bool AllByDefault => false;

        protected List<ServiceController> Selected()
        {
            IEnumerable<string> found;
            if (InputObject != null)
            {
                found = InputObject.Select(s => s.Name);
            }
            else if (DisplayName != null)
            {
                found = Matching(DisplayName, "displayName", "display name", "NoServiceFoundForGivenDisplayName");
            }
            else if (Names != null)
            {
                found = Matching(Names, "name", "service name", "NoServiceFoundForGivenName");
            }
            else
            {
                found = Here.Read().Rows("services").Where(s => AllByDefault).Select(s => s.Text("name"));
            }
            return found.ToList().Where(Wanted).Select(Look).Where(s => s != null).ToList();
        }

        /// <summary>Each look at a service is a read: what the host does to it in the meantime comes nearer.</summary>
        ServiceController Look(string name)
        {
            GuestServices.Read(Here, name);
            var data = GuestServices.Find(Here.Read(), name);
            return data == null ? null : new ServiceController(Here, data);
        }

        bool Wanted(string name) => (Include == null || Hits(Include, name)) && (Exclude == null || !Hits(Exclude, name));

        static bool Hits(string[] patterns, string name)
            => patterns.Any(p => new WildcardPattern(p, WildcardOptions.IgnoreCase).IsMatch(name));

        IEnumerable<string> Matching(string[] wanted, string key, string what, string errorId)
        {
            var all = Here.Read().Rows("services");
            foreach (var name in wanted)
            {
                var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
                var hits = all.Where(s => pattern.IsMatch(s.Text(key, ""))).ToList();
                foreach (JsonObject hit in hits)
                {
                    yield return hit.Text("name");
                }
                if (hits.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
                {
                    var error = new ServiceCommandException("Cannot find any service with " + what + " '" + name + "'.") { ServiceName = name };
                    WriteError(new ErrorRecord(error, errorId, ErrorCategory.ObjectNotFound, name));
                }
            }
        }
    }
}
