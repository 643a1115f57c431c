// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The services of a node, and how a guest's vmic services follow its host.

using System.ComponentModel;
using System.Linq;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    /// <summary>The "services" list of a node.</summary>
    public static class GuestServices
    {
        public const string DataExchange = "vmickvpexchange";

        public static JsonObject Find(JsonObject state, string name)
            => state.Rows("services").FirstOrDefault(s => Json.Same(s.Text("name"), name));

        /// <summary>
        /// One read passes. The host reacts to what was done to its services inside the guest: it starts again what was
        /// stopped and stops what was started against its will, but not at once.
        /// </summary>
        public static void Read(Node node, string name)
        {
            var one = Find(node.Read(), name);
            if (one == null || one.Int("startIn") + one.Int("stopIn") == 0)
            {
                return;
            }
            node.Update(state =>
            {
                var service = Find(state, name);
                if (CountedDown(service, "stopIn"))
                {
                    service["status"] = "Stopped";
                }
                if (CountedDown(service, "startIn") && CanStart(service))
                {
                    service["status"] = "Running";
                    GuestRegistry.ServiceStarted(node, state, name);
                }
            });
        }

        /// <summary>The host's switch has moved: at once, or after "guestReactsAfterReads" reads.</summary>
        public static void HostSwitched(Node guest, string name, bool on)
        {
            guest.Update(state =>
            {
                var service = Find(state, name);
                if (service == null || (on && !CanStart(service)))
                {
                    return;
                }
                service.Remove("startIn");
                service.Remove("stopIn");
                var wait = state.Int("guestReactsAfterReads");
                if (wait > 0)
                {
                    service[on ? "startIn" : "stopIn"] = wait;
                    return;
                }
                service["status"] = on ? "Running" : "Stopped";
                if (on)
                {
                    GuestRegistry.ServiceStarted(guest, state, name);
                }
            });
        }

        /// <summary>Starts a service as the service control manager does, or throws its error.</summary>
        public static void Start(Node node, string name)
        {
            node.Log("event:start-service", ("name", name));
            var wanted = GuestLink.HostWants(node, name);
            node.Update(state =>
            {
                var service = Find(state, name);
                RefuseStart(service);
                foreach (var need in service.List("dependsOn"))
                {
                    if (Find(state, need.ToString()) is JsonObject other)
                    {
                        other["status"] = "Running";
                    }
                }
                service["status"] = "Running";
                service.Remove("startIn");
                if (wanted == false)
                {
                    service["stopIn"] = state.Int("hostReactsAfterReads", 2);
                    return;
                }
                GuestRegistry.ServiceStarted(node, state, name);
            });
        }

        public static void Stop(Node node, string name)
        {
            node.Log("event:stop-service", ("name", name));
            var wanted = GuestLink.HostWants(node, name);
            node.Update(state =>
            {
                var service = Find(state, name);
                if (service.Flag("unstoppable"))
                {
                    throw new ServiceRefused("Cannot stop " + name + " service on computer '.'.", 1052,
                        "The requested control is not valid for this service.");
                }
                service["status"] = "Stopped";
                service.Remove("stopIn");
                if (wanted == true)
                {
                    service["startIn"] = state.Int("hostReactsAfterReads", 2);
                }
            });
        }

        /// <summary>Whether the host can start it, who asks no access list.</summary>
        static bool CanStart(JsonObject service) => service.Text("startType") != "Disabled" && !service.Has("startError");

        static void RefuseStart(JsonObject service)
        {
            var name = service.Text("name");
            if (service.Text("startType") == "Disabled")
            {
                throw new ServiceRefused("Cannot start service " + name + " on computer '.'.", 1058,
                    "The service cannot be started, either because it is disabled or because it has no enabled devices " +
                    "associated with it.");
            }
            if (service.Text("startError") is string text)
            {
                throw new ServiceRefused("Cannot start service " + name + " on computer '.'.", service.Int("startErrorCode", 1053), text);
            }
            if (service.Flag("denyStart"))
            {
                throw new ServiceRefused("Cannot open " + name + " service on computer '.'.", 5, "Access is denied.");
            }
        }

        /// <summary>Takes one from a counter; true when that was the last.</summary>
        static bool CountedDown(JsonObject service, string key)
        {
            var left = service.Int(key);
            if (left == 0)
            {
                return false;
            }
            service[key] = left - 1;
            if (left == 1)
            {
                service.Remove(key);
            }
            return left == 1;
        }
    }

    /// <summary>What the service control manager answers, with the Windows error code inside.</summary>
    public sealed class ServiceRefused : System.InvalidOperationException
    {
        public ServiceRefused(string message, int code, string reason) : base(message, new Win32Exception(code, reason))
        {
        }
    }
}
