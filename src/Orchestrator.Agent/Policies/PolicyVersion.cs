using System.Security.Cryptography;
using System.Text;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Policies;

/// <summary>Names a set of rules by their content.</summary>
internal static class PolicyVersion
{
    public static string Of(IReadOnlyList<ToolRule> rules)
    {
        var text = new StringBuilder();
        foreach (ToolRule rule in rules)
        {
            text.Append(rule.Tool.Length).Append(':').Append(rule.Tool)
                .Append(rule.Match?.Length ?? -1).Append(':').Append(rule.Match)
                .Append(rule.Ruling);
            foreach (string host in rule.Network ?? [])
            {
                text.Append(' ').Append(host);
            }

            text.Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 6));
    }
}
