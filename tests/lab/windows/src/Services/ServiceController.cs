// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What Get-Service gives, under the names that scripts know.

using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using WindowsLab;

namespace System.ServiceProcess
{
    public enum ServiceControllerStatus
    {
        Stopped = 1, StartPending = 2, StopPending = 3, Running = 4, ContinuePending = 5, PausePending = 6, Paused = 7,
    }

    public enum ServiceStartMode
    {
        Boot = 0, System = 1, Automatic = 2, Manual = 3, Disabled = 4,
    }

    public class TimeoutException : SystemException
    {
        public TimeoutException(string message) : base(message)
        {
        }
    }

    /// <summary>A service of the node; as on Windows, it keeps what it was until Refresh.</summary>
    public class ServiceController : IDisposable
    {
        readonly Node node;
        JsonObject data;

        internal ServiceController(Node node, JsonObject data)
        {
            this.node = node;
            this.data = (JsonObject)data.DeepClone();
            Name = data.Text("name");
        }

        public string Name { get; }
        public string ServiceName => Name;
        public string DisplayName => data.Text("displayName", Name);
        public string MachineName => ".";
        public ServiceControllerStatus Status => Enum.Parse<ServiceControllerStatus>(data.Text("status", "Stopped"), true);
        public ServiceStartMode StartType
            => Enum.Parse<ServiceStartMode>(data.Text("startType", "Manual").Replace("AutomaticDelayedStart", "Automatic"), true);
        public bool CanStop => Status == ServiceControllerStatus.Running && !data.Flag("unstoppable");
        public bool CanShutdown => CanStop;
        public bool CanPauseAndContinue => data.Flag("canPause");
        public string ServiceType => "Win32OwnProcess, Win32ShareProcess";
        public ServiceController[] ServicesDependedOn => Others(other => Needs(data, other.Text("name")));
        public ServiceController[] RequiredServices => ServicesDependedOn;
        public ServiceController[] DependentServices => Others(other => Needs(other, Name));

        public void Refresh() => data = (JsonObject)(GuestServices.Find(node.Refresh().Read(), Name) ?? data).DeepClone();

        public void Start() => GuestServices.Start(node, Name);

        public void Stop() => GuestServices.Stop(node, Name);

        public void WaitForStatus(ServiceControllerStatus wanted) => WaitForStatus(wanted, TimeSpan.FromMinutes(5));

        public void WaitForStatus(ServiceControllerStatus wanted, TimeSpan limit)
        {
            var start = DateTime.UtcNow;
            for (Refresh(); Status != wanted; Refresh())
            {
                if (DateTime.UtcNow - start > limit)
                {
                    throw new TimeoutException("Time out has expired and the operation has not been completed.");
                }
                Thread.Sleep(50);
                GuestServices.Read(node, Name);
            }
        }

        public void Close()
        {
        }

        public void Dispose()
        {
        }

        public override string ToString() => Name;

        static bool Needs(JsonObject service, string other)
            => service.List("dependsOn").Any(need => Json.Same(need.ToString(), other));

        ServiceController[] Others(Func<JsonObject, bool> test)
            => node.Read().Rows("services").Where(test).Select(s => new ServiceController(node, s)).ToArray();
    }
}
