// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The Windows Update Agent of a guest: what is offered to it, and what an installation does. The key "updates" has the updates.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Threading;

namespace WindowsLab
{
    public static class UpdateAgent
    {
        public const int Succeeded = 2, Failed = 4;   // OperationResultCode

        /// <summary>
        /// What a search finds: updates that are not installed. Integration services for a guest of Windows 8, Windows Server
        /// 2012 or an older one are offered only if the guest knows the version of its host.
        /// </summary>
        public static IEnumerable<JsonObject> Offered(JsonObject state)
        {
            var knowsHost = new Hive(state).NameOf(GuestRegistry.Parameters, "HostingSystemOsMajor") != null;
            return state.Rows("updates").Where(update => !update.Flag("installed") && (knowsHost || !update.Flag("needsKvp")));
        }

        public static string Id(JsonObject update)
            => new Guid(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(update.Text("title", "")))).ToString();

        /// <summary>An error code as the scenario writes it, such as 0x8024402c.</summary>
        public static int Code(string text) => unchecked((int)Convert.ToUInt32(text, 16));

        /// <summary>Installs an update; a new version of the integration services waits for the restart.</summary>
        public static void Install(Node guest, string id)
        {
            guest.Update(state =>
            {
                var update = state.Rows("updates").First(one => Id(one) == id);
                update["installed"] = true;
                if (update.Text("icVersion") is string version)
                {
                    SetupProgram.SetPending(state, version);
                }
                if (update.Flag("restart"))
                {
                    state["rebootPending"] = true;
                    new Hive(state, true).Make(GuestPower.ServicingPending);
                }
            });
            guest.Log("event:update", ("id", id));
        }
    }

    /// <summary>Searches for updates. The key "updateError" makes the search fail.</summary>
    [Cmdlet("Get", "LabUpdate")]
    public sealed class GetLabUpdateCommand : LabCmdlet
    {
        protected override void Process()
        {
            var state = Here.Read();
            if (state.Text("updateError") is string code)
            {
                throw new COMException("Exception from HRESULT: " + code, UpdateAgent.Code(code));
            }
            foreach (var update in UpdateAgent.Offered(state))
            {
                var shown = new PSObject();
                shown.Properties.Add(new PSNoteProperty("Id", UpdateAgent.Id(update)));
                shown.Properties.Add(new PSNoteProperty("Title", update.Text("title", "")));
                shown.Properties.Add(new PSNoteProperty("KB", update.Text("kb", "")));
                shown.Properties.Add(new PSNoteProperty("Categories", update.List("categories").Select(name => name?.ToString()).ToArray()));
                shown.Properties.Add(new PSNoteProperty("Optional", update.Flag("optional")));
                shown.Properties.Add(new PSNoteProperty("Downloaded", update.Flag("downloaded")));
                WriteObject(shown);
            }
        }
    }

    /// <summary>Downloads or installs an update, and answers with the result, the error code, and whether a restart is needed.</summary>
    [Cmdlet("Install", "LabUpdate")]
    public sealed class InstallLabUpdateCommand : LabCmdlet
    {
        [Parameter(Mandatory = true, Position = 0)]
        public string Id { get; set; }

        [Parameter]
        public SwitchParameter Download { get; set; }

        protected override void Process()
        {
            var update = UpdateAgent.Offered(Here.Read()).First(one => UpdateAgent.Id(one) == Id);
            var error = update.Text(Download ? "downloadError" : "error");
            if (!Download)
            {
                Thread.Sleep(update.Int("delayMs"));
            }
            if (error == null && Download)
            {
                Here.Update(state => { state.Rows("updates").First(one => UpdateAgent.Id(one) == Id)["downloaded"] = true; });
            }
            else if (error == null)
            {
                UpdateAgent.Install(Here, Id);
            }
            var shown = new PSObject();
            shown.Properties.Add(new PSNoteProperty("ResultCode", error == null ? UpdateAgent.Succeeded : UpdateAgent.Failed));
            shown.Properties.Add(new PSNoteProperty("HResult", error == null ? 0 : UpdateAgent.Code(error)));
            shown.Properties.Add(new PSNoteProperty("RebootRequired", error == null && !Download && update.Flag("restart")));
            WriteObject(shown);
        }
    }
}
