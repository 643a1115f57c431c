// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Many small changes in one go: switching the services of 1,000 VMs must not write their state 1,000 times.

using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;

namespace WindowsLab
{
    public sealed partial class Node
    {
        /// <summary>The longest that a change stays in memory while other processes wait for the lock, in milliseconds.</summary>
        const int WriteWithin = 100;

        FileStream batchLock;
        Timer batchEnd;

        bool InBatch => batchLock != null;

        /// <summary>Edits the state under the lock and keeps both until the cmdlet ends, but not for long.</summary>
        public void UpdateSoon(Action<JsonObject> edit)
        {
            lock (this)
            {
                if (!InBatch)
                {
                    batchLock = Lock();
                    Load();
                    batchEnd = new Timer(_ => WriteBatch(), null, WriteWithin, Timeout.Infinite);
                }
                edit(state);
            }
        }

        /// <summary>Writes what the cmdlets of this process have changed.</summary>
        public static void WriteBatches()
        {
            Node[] nodes;
            lock (Known)
            {
                nodes = Known.Values.Where(n => n.InBatch).ToArray();
            }
            foreach (var node in nodes)
            {
                node.WriteBatch();
            }
        }

        void WriteBatch()
        {
            lock (this)
            {
                if (!InBatch)
                {
                    return;
                }
                try
                {
                    Save();
                }
                finally
                {
                    batchEnd.Dispose();
                    batchLock.Dispose();
                    batchLock = null;
                }
            }
        }
    }
}
