// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Asking a machine to restart: refused, at once, or as one that goes down and takes its time to come back.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace WindowsLab
{
    /// <summary>
    /// A restart takes no time unless the state has "bootSeconds" or "restart.neverBack". Then the machine goes down at
    /// "restartAt" and can be reached again at "bootingUntil"; what takes effect with the restart does so when somebody
    /// looks at the machine after it went down.
    /// </summary>
    public static class GuestRestart
    {
        public const int Done = 0, AlreadyScheduled = 1190, NothingToAbort = 1116;

        /// <summary>Nobody is disconnected in the second in which he asks: Windows stops its services first.</summary>
        const int LeastSeconds = 1;

        /// <summary>As far away as a whole number of JSON can be.</summary>
        const long Never = 9007199254740991;

        static readonly Dictionary<int, string> Texts = new Dictionary<int, string>
        {
            [5] = "Access is denied.",
            [1115] = "A system shutdown is in progress.",
            [NothingToAbort] = "Unable to abort the system shutdown because no shutdown was in progress.",
            [AlreadyScheduled] = "A system shutdown has already been scheduled.",
        };

        public static string Text(int code) => Texts.GetValueOrDefault(code, "The system shutdown cannot be initiated.");

        /// <summary>Restarts in so many seconds; answers 0 or the Windows error code of "restart.error".</summary>
        public static int Ask(Node node, int seconds = 0)
        {
            var state = node.Read();
            var faults = state.Obj("restart");
            if (faults.Int("error") != 0)
            {
                return faults.Int("error");
            }
            if (state.Has("restartAt"))
            {
                return AlreadyScheduled;
            }
            node.Log("event:restart");
            var now = Now();
            if (BackAt(state, now) == now)
            {
                GuestPower.Boot(node, null, now);
                return Done;
            }
            var down = now + Math.Max(seconds, LeastSeconds) * 1000L;
            node.Update(later =>
            {
                later["restartAt"] = down;
                later["bootingUntil"] = BackAt(later, down);
            });
            return Done;
        }

        /// <summary>Takes back a restart that has not begun, also one that somebody else scheduled.</summary>
        public static int Abort(Node node)
        {
            var scheduled = node.Read().Has("restartAt") || node.Read().Obj("restart").Int("error") == AlreadyScheduled;
            if (scheduled)
            {
                node.Update(state =>
                {
                    state.Remove("restartAt");
                    state.Remove("bootingUntil");
                    state.Obj("restart")?.Remove("error");
                });
            }
            return scheduled ? Done : NothingToAbort;
        }

        /// <summary>A machine that went down since somebody looked has started again, as far as its state goes.</summary>
        public static void CatchUp(Node node)
        {
            if (WentDown(node.Read()))
            {
                GuestPower.Boot(node, null, node.Read().Long("restartAt"));
            }
        }

        /// <summary>Whether nobody can reach the machine at this moment, because it starts.</summary>
        public static bool IsDown(JsonObject state)
            => state.Long("bootingUntil") > Now() && (!state.Has("restartAt") || WentDown(state));

        /// <summary>When a machine that goes down can be reached again, in Unix milliseconds.</summary>
        public static long BackAt(JsonObject state, long down)
            => state.Obj("restart").Flag("neverBack") ? Never : down + state.Int("bootSeconds") * 1000L;

        /// <summary>Services that do not come back with Windows: "restart.servicesLost".</summary>
        public static bool Loses(JsonObject state, string service)
            => state.Obj("restart").List("servicesLost").Any(name => Json.Same(name?.ToString(), service));

        public static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

        static bool WentDown(JsonObject state) => state.Has("restartAt") && state.Long("restartAt") <= Now();
    }
}
