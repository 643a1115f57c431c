// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// The base of all the lab's cmdlets.

using System;
using System.Linq;
using System.Management.Automation;
using System.Reflection;

namespace WindowsLab
{
    /// <summary>Logs each call once, and sees what other processes did to the node since the last one.</summary>
    public abstract class LabCmdlet : PSCmdlet
    {
        bool logged;

        protected Node Here => Node.Current;

        protected string CmdletName
        {
            get
            {
                var mark = GetType().GetCustomAttributes<CmdletAttribute>(true).First();
                return mark.VerbName + "-" + mark.NounName;
            }
        }

        protected bool Bound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

        protected static bool Same(string a, string b) => Json.Same(a, b);

        protected override void BeginProcessing()
        {
            NodeDefaults.Apply(Here.Refresh());
            if (!MyInvocation.ExpectingInput)
            {
                LogOnce();
            }
        }

        protected override void ProcessRecord()
        {
            LogOnce();
            Process();
        }

        protected override void EndProcessing()
        {
            LogOnce();
            Finish();
        }

        protected virtual void Process()
        {
        }

        protected virtual void Finish()
        {
        }

        void LogOnce()
        {
            if (!logged)
            {
                logged = true;
                Here.Log(CmdletName, MyInvocation.BoundParameters);
            }
        }
    }
}
