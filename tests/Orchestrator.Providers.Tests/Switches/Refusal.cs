using System.Text.Json;

namespace Orchestrator.Providers.Tests.Switches;

/// <summary>A strict endpoint does not take a request.</summary>
internal sealed class Refusal(string why) : Exception(why)
{
    public static void Unless(bool isRight, string why)
    {
        if (!isRight)
        {
            throw new Refusal(why);
        }
    }

    /// <summary>Refuses an object that lacks a member, or has one that does not belong there. A question mark ends an optional one.</summary>
    public static void UnlessMembers(JsonElement element, string what, params string[] members)
    {
        string[] present = [.. element.EnumerateObject().Select(member => member.Name)];
        Unless(present.Distinct().Count() == present.Length, $"{what} has a member twice");
        foreach (string name in present)
        {
            Unless(members.Contains(name) || members.Contains(name + "?"), $"{what} has the foreign member {name}");
        }

        foreach (string name in members.Where(member => !member.EndsWith('?')))
        {
            Unless(present.Contains(name), $"{what} lacks {name}");
        }
    }
}
