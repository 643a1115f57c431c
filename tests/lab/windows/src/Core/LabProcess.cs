// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Processes of the simulated machine.

using System;
using System.Threading;

namespace WindowsLab
{
    /// <summary>
    /// What Start-Process -PassThru gives for a program of the lab. It is no process of this machine, whose exit codes end
    /// at 255. What the program does happens when its time is over, so one that is killed before has done nothing.
    /// </summary>
    public sealed class LabProcess : IDisposable
    {
        const int KilledCode = -1;
        static int lastId = 4000;
        readonly Func<int> work;
        readonly DateTime ends;
        int? code;

        public LabProcess(string name, int durationMs, Func<int> work)
        {
            ProcessName = name;
            Id = Interlocked.Increment(ref lastId);
            ends = DateTime.UtcNow.AddMilliseconds(durationMs);
            this.work = work;
        }

        public int Id { get; }
        public string ProcessName { get; }
        public string Name => ProcessName;
        public IntPtr Handle => (IntPtr)Id;
        public bool HasExited => Finish();

        public int ExitCode => Finish()
            ? code.Value
            : throw new InvalidOperationException("Process must exit before requested information can be determined.");

        public void WaitForExit()
        {
            Thread.Sleep(Remaining);
            Finish();
        }

        public bool WaitForExit(int milliseconds)
        {
            if (milliseconds >= 0 && Remaining.TotalMilliseconds > milliseconds)
            {
                Thread.Sleep(milliseconds);
                return Finish();
            }
            WaitForExit();
            return true;
        }

        public void Kill()
        {
            if (!Finish())
            {
                code = KilledCode;
            }
        }

        public void Kill(bool entireProcessTree) => Kill();

        public void Refresh()
        {
        }

        public void Close()
        {
        }

        public void Dispose()
        {
        }

        public override string ToString() => "System.Diagnostics.Process (" + ProcessName + ")";

        TimeSpan Remaining => code != null || ends < DateTime.UtcNow ? TimeSpan.Zero : ends - DateTime.UtcNow;

        bool Finish()
        {
            if (code == null && Remaining == TimeSpan.Zero)
            {
                code = work();
            }
            return code != null;
        }
    }
}
