using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>What is to become of a call: what the policy says, and where the provider has doubts of its own, a person is asked at least.</summary>
internal static class CallRuling
{
    private const int LongestChecks = 300;

    public static PolicyRuling Of(Policy policy, RequestedCall call, EffectClass effect) => Of(policy, CaseOf(call, effect), call);

    /// <param name="judged">The call as rules know it.</param>
    public static PolicyRuling Of(Policy policy, PolicyCase judged, RequestedCall call)
    {
        PolicyRuling ruling = policy.Judge(judged);
        return call.Tool == ToolNames.Computer && ruling.Ruling == Ruling.Allow && SafetyChecksOf(call.Arguments) is { Length: > 0 } checks
            ? ruling with { Ruling = Ruling.Ask, Rule = $"safety checks of the provider ({checks})" }
            : ruling;
    }

    public static PolicyCase CaseOf(RequestedCall call, EffectClass effect) =>
        new(CallSubject.ToolOf(call.Tool, call.Arguments), CallSubject.Of(call.Tool, call.Arguments), effect);

    /// <returns>The doubts in words; empty if there are none. Arguments that can't be read are no call that will run.</returns>
    private static string SafetyChecksOf(string arguments)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(arguments);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("pending_safety_checks", out JsonElement checks)
                || checks.ValueKind != JsonValueKind.Array)
            {
                return string.Empty;
            }

            string told = string.Join("; ", checks.EnumerateArray().Select(InWords));
            return ShortText.Shortened(told, LongestChecks);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return string.Empty;
        }
    }

    private static string InWords(JsonElement check)
    {
        string?[] parts = [TextOf(check, "code") ?? TextOf(check, "id"), TextOf(check, "message")];
        string words = string.Join(": ", parts.Where(part => !string.IsNullOrWhiteSpace(part)));
        return words.Length > 0 ? words : "one without a name";
    }

    private static string? TextOf(JsonElement check, string name) =>
        check.ValueKind == JsonValueKind.Object && check.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
