// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Starting, restarting and stopping the Windows of a guest node, and what takes effect with it.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    public static class GuestPower
    {
        public const string SessionManager = @"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Session Manager";
        public const string PendingRenames = "PendingFileRenameOperations";
        const string LogonUi = @"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon\AutoLogonChecked";
        public const string ServicingPending =
            @"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending";
        const string IntegrationPackage = "Hyper-V-Integration-Services";

        /// <summary>The state of a VM has changed on the host: its guest follows. One that is saved goes on where it stopped.</summary>
        public static void Follow(Node host, JsonObject vm, string was)
        {
            if (!(GuestLink.Of(host, vm) is Node guest))
            {
                return;
            }
            if (VmServices.Running(vm) && Json.Same(was, "Off"))
            {
                Boot(guest, OfflinePackage(host, vm), GuestRestart.Now());
                return;
            }
            guest.Update(state =>
            {
                if (VmServices.Running(vm))
                {
                    state.Remove("poweredOff");
                    return;
                }
                state["poweredOff"] = true;
                if (Json.Same(vm.Text("state"), "Off"))
                {
                    state.Remove("restartAt");
                    state.Remove("bootingUntil");
                    state.Rows("services").ForEach(service => service["status"] = "Stopped");
                }
            });
        }

        /// <summary>The guest shuts itself down; its host sees the VM go off.</summary>
        public static void ShutDown(Node node)
        {
            node.Log("event:shutdown");
            var (host, vm) = GuestLink.HostOf(node);
            if (vm != null && Guid.TryParse(vm.Text("id"), out var id))
            {
                host.Update(state => { GuestLink.Vm(state, id)["state"] = "Off"; });
                Follow(host, host.Vm(id), "Running");
            }
        }

        /// <summary>The integration services version that was put into a VM's disks while it was off, or null.</summary>
        public static string OfflinePackage(Node host, JsonObject vm)
        {
            string newest = null;
            foreach (var disk in vm.Rows("disks"))
            {
                foreach (var package in MountedDisks.Find(host.Read(), disk.Text("path")).data.Rows("packages"))
                {
                    var identity = package.Text("identity", "");
                    if (identity.Contains(IntegrationPackage) && SetupProgram.IsOlder(newest, PackageVersion(identity)))
                    {
                        newest = PackageVersion(identity);
                    }
                }
            }
            return newest;
        }

        /// <summary>The last field of a package identity: ...~amd64~~6.3.9600.19456.</summary>
        public static string PackageVersion(string identity) => identity.Split('~').Last();

        /// <summary>Windows starts, as it does after it went down at a time (Unix milliseconds).</summary>
        public static void Boot(Node guest, string fromDisk, long down)
        {
            var wanted = ServiceKind.All.ToDictionary(k => k.GuestService, k => GuestLink.HostWants(guest, k.GuestService));
            guest.Update(state =>
            {
                if (fromDisk != null && SetupProgram.IsOlder(state.Text("icVersion"), fromDisk))
                {
                    state["pendingIcVersion"] = fromDisk;
                }
                FinishServicing(state);
                SetupProgram.TakeEffect(guest, state);
                TakeOnBoot(state);
                state["bootTime"] = DateTime.UtcNow.ToString("o");
                state.Remove("restartAt");
                state.Remove("bootingUntil");
                if (GuestRestart.BackAt(state, down) is long back && back > down)
                {
                    state["bootingUntil"] = back;
                }
                new Hive(state, true).Make(LogonUi);
                foreach (var service in state.Rows("services"))
                {
                    StartWithWindows(guest, state, service, wanted);
                }
            });
        }

        /// <summary>A vmic service is started by its device, so by the host's switch; others by their start type.</summary>
        static void StartWithWindows(Node guest, JsonObject state, JsonObject service, Dictionary<string, bool?> wanted)
        {
            var name = service.Text("name", "");
            service.Remove("startIn");
            service.Remove("stopIn");
            var start = service.Text("startType", "Manual");
            var on = wanted.TryGetValue(name.ToLowerInvariant(), out var byHost) && byHost != null
                ? byHost.Value && start != "Disabled"
                : start.StartsWith("Automatic", StringComparison.Ordinal) || (start == "Manual" && service.Flag("triggered"));
            if (GuestRestart.Loses(state, name))
            {
                service["startError"] = "The service did not respond to the start or control request in a timely fashion.";
                on = false;
            }
            service["status"] = on ? "Running" : "Stopped";
            if (on)
            {
                GuestRegistry.ServiceStarted(guest, state, name);
            }
        }

        static void FinishServicing(JsonObject state)
        {
            foreach (var package in state.Rows("packages").Where(p => p.Text("state") == "InstallPending"))
            {
                package["state"] = "Installed";
            }
            foreach (var package in state.Rows("packages").Where(p => p.Text("state") == "UninstallPending"))
            {
                state.List("packages").Remove(package);
            }
            state.Remove("rebootPending");
            state.Remove("poweredOff");
            var hive = new Hive(state, true);
            hive.Drop(SessionManager, PendingRenames);
            if (hive.Exists(ServicingPending))
            {
                hive.DropKey(ServicingPending);
            }
        }

        /// <summary>"onBoot" holds keys of the state that are set at the next start, for changes that a test plans ahead.</summary>
        static void TakeOnBoot(JsonObject state)
        {
            foreach (var pair in (state.Obj("onBoot") ?? new JsonObject()).ToList())
            {
                state[pair.Key] = pair.Value?.DeepClone();
            }
            state.Remove("onBoot");
        }
    }
}
