using System.Text.RegularExpressions;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.TaskHub.Hubs;

/// <summary>The name of a task hub: up to 63 letters, digits, dashes and underscores of ASCII, ignoring case.</summary>
internal readonly partial record struct HubName
{
    private const string DefaultHub = "default";

    private HubName(string name) => Value = name;

    /// <summary>In lower case: it is a file's name, too.</summary>
    public string Value { get; }

    /// <summary>Null for the default hub, whether it is named or nothing is.</summary>
    /// <exception cref="HubException">No hub can be called so.</exception>
    public static HubName? Of(string? name)
    {
        if (string.IsNullOrEmpty(name) || string.Equals(name, DefaultHub, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        // The text is not repeated: it may be anything.
        return Allowed().IsMatch(name)
            ? new HubName(name.ToLowerInvariant())
            : throw new HubException(
                HubRefusal.Invalid,
                "The name of a task hub is up to 63 letters, digits, dashes and underscores, the first a letter or a digit.");
    }

    public override string ToString() => Value;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();
}
