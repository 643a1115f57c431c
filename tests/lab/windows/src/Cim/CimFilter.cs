// Copyright (c) 2026, hyperv.integration contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// WHERE clauses of WQL: comparisons joined by AND, OR, NOT and brackets.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace WindowsLab.Cim
{
    public sealed class CimFilter
    {
        const string Token = @"'(?:\\.|[^'\\])*'|""(?:\\.|[^""\\])*""|<>|!=|<=|>=|[=<>()]|[^\s=<>()!]+";
        static readonly char[] Signs = { '=', '<', '>', '!', '(', ')' };
        readonly List<string> tokens;
        int at;

        CimFilter(string text)
        {
            tokens = Regex.Matches(text, Token).Select(m => m.Value).ToList();
        }

        string Next => at < tokens.Count ? tokens[at] : "";

        /// <summary>The test of a clause; a FormatException for one that WMI would call an invalid query.</summary>
        public static Func<LabCimInstance, bool> Parse(string text)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                return instance => true;
            }
            var filter = new CimFilter(text);
            var test = filter.Or();
            if (filter.at != filter.tokens.Count)
            {
                throw new FormatException("Invalid query");
            }
            return test;
        }

        string Take() => at < tokens.Count ? tokens[at++] : throw new FormatException("Invalid query");

        bool Took(string word)
        {
            var hit = Json.Same(Next, word);
            at += hit ? 1 : 0;
            return hit;
        }

        Func<LabCimInstance, bool> Or()
        {
            var all = new List<Func<LabCimInstance, bool>> { And() };
            while (Took("OR"))
            {
                all.Add(And());
            }
            return instance => all.Any(test => test(instance));
        }

        Func<LabCimInstance, bool> And()
        {
            var all = new List<Func<LabCimInstance, bool>> { Not() };
            while (Took("AND"))
            {
                all.Add(Not());
            }
            return instance => all.All(test => test(instance));
        }

        Func<LabCimInstance, bool> Not()
        {
            if (Took("NOT"))
            {
                var inner = Not();
                return instance => !inner(instance);
            }
            if (!Took("("))
            {
                return Comparison();
            }
            var bracket = Or();
            return Took(")") ? bracket : throw new FormatException("Invalid query");
        }

        Func<LabCimInstance, bool> Comparison()
        {
            var name = Take();
            var sign = Take().ToUpperInvariant();
            if (sign == "IS")
            {
                var not = Took("NOT");
                Take();
                return instance => (instance[name] == null) != not;
            }
            var value = Take();
            if (value.IndexOfAny(Signs) == 0)
            {
                throw new FormatException("Invalid query");
            }
            var wanted = Unquote(value);
            switch (sign)
            {
                case "=": return instance => Compare(instance[name], wanted) == 0;
                case "<>": return instance => Compare(instance[name], wanted) != 0;
                case "!=": return instance => Compare(instance[name], wanted) != 0;
                case "<": return instance => Compare(instance[name], wanted) < 0;
                case ">": return instance => Compare(instance[name], wanted) > 0;
                case "<=": return instance => Compare(instance[name], wanted) <= 0;
                case ">=": return instance => Compare(instance[name], wanted) >= 0;
                case "LIKE": return Like(name, wanted);
                default: throw new FormatException("Invalid query");
            }
        }

        static Func<LabCimInstance, bool> Like(string name, string wanted)
        {
            var escaped = Regex.Escape(wanted).Replace("%", ".*").Replace("_", ".");
            var pattern = "^" + Regex.Replace(escaped, @"\\\[(.*?)]", "[$1]") + "$";
            const RegexOptions options = RegexOptions.IgnoreCase | RegexOptions.Singleline;
            return instance => Regex.IsMatch(Convert.ToString(instance[name], CultureInfo.InvariantCulture) ?? "", pattern, options);
        }

        static string Unquote(string token)
        {
            var quoted = token.Length > 1 && (token[0] == '\'' || token[0] == '"');
            return quoted ? Regex.Replace(token.Substring(1, token.Length - 2), @"\\(.)", "$1") : token;
        }

        static int Compare(object value, string wanted)
        {
            switch (value)
            {
                case bool flag:
                    return flag == (Json.Same(wanted, "true") || wanted == "1") ? 0 : 1;
                case IConvertible number when !(value is string) && !(value is DateTime)
                        && decimal.TryParse(wanted, NumberStyles.Any, CultureInfo.InvariantCulture, out var limit):
                    return Convert.ToDecimal(number, CultureInfo.InvariantCulture).CompareTo(limit);
                default:
                    var text = Convert.ToString(value, CultureInfo.InvariantCulture);
                    return string.Compare(text, wanted, StringComparison.OrdinalIgnoreCase);
            }
        }
    }
}
