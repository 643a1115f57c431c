// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What every runspace of the process gets beyond modules: the Registry provider, and commands that must never be the machine's own.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using Microsoft.PowerShell.Commands;

namespace WindowsLab
{
    /// <summary>
    /// New runspaces start from the engine's own lists of built-in commands and providers. Ansible makes its runspaces
    /// itself, so a module or a profile would not reach them.
    /// </summary>
    public static class EngineDefaults
    {
        public static void Extend()
        {
            InitialSessionState.CreateDefault2();   // fills the engine's lists
            var providers = List("s_providerCache");
            if (!providers.Contains("Registry"))
            {
                providers.Add("Registry", new SessionStateProviderEntry("Registry", typeof(RegistryProvider), null));
            }
            // On Unix the engine's Restart-Computer runs /sbin/shutdown. An alias goes before any module's cmdlet.
            AddCommand(typeof(RestartLabComputerCommand), "Restart-LabComputer", "Restart-Computer");
            AddCommand(typeof(StopLabComputerCommand), "Stop-LabComputer", "Stop-Computer");
            AddCommand(typeof(StartLabProcessCommand), "Start-LabProcess", "Start-Process");
            AddCommand(typeof(InvokeLabProgramCommand), "Invoke-LabProgram", null);
            AddCommand(typeof(GetLabUpdateCommand), "Get-LabUpdate", null);
            AddCommand(typeof(InstallLabUpdateCommand), "Install-LabUpdate", null);
        }

        static void AddCommand(Type type, string name, string alias)
        {
            var commands = List("s_cmdletCache");
            if (commands.Contains(name))
            {
                return;
            }
            var cmdlet = new SessionStateCmdletEntry(name, type, null);
            var aliases = new List<SessionStateAliasEntry>();
            if (alias != null)
            {
                aliases.Add(new SessionStateAliasEntry(alias, name));
            }
            commands.Add(name, Tuple.Create(cmdlet, aliases));
        }

        static IDictionary List(string field)
        {
            var core = typeof(PSObject).Assembly;
            var helpers = core.GetType("System.Management.Automation.Runspaces.PSSnapInHelpers", true);
            var lazy = helpers.GetField(field, BindingFlags.NonPublic | BindingFlags.Static).GetValue(null);
            var cache = (IDictionary)lazy.GetType().GetProperty("Value").GetValue(lazy);
            return (IDictionary)cache[core];
        }
    }
}
