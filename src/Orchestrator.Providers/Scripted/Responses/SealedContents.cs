using System.Text;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary>What only the scripted model reads of its own items: it must come back as it was sent.</summary>
internal static class SealedContents
{
    public static string Of(string itemId) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"what the scripted model keeps to itself in {itemId}"));

    /// <summary>Whether an item of a scripted answer comes back with other contents; those of other models are not known here.</summary>
    public static bool AreBroken(string? itemId, string? contents) =>
        ScriptedRequest.TurnOf(itemId) is not null && contents is not null && contents != Of(itemId!);
}
