using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Secrets;

/// <summary>The environment variables that settings name: keys, tokens, passwords and addresses of hooks, which stand in no file and no text.</summary>
/// <param name="read">Reads a variable.</param>
public sealed partial class SecretVariables(Func<string, string?> read)
{
    /// <summary>Whether a text can be a variable's name; what can't may be the secret itself, and is not shown.</summary>
    public static bool IsName(string? text) => text is not null && Form().IsMatch(text);

    /// <returns>Null if it is not set, or empty.</returns>
    public string? Find(string name) => read(name)?.Trim() is { Length: > 0 } value ? value : null;

    /// <summary>What these variables hold, for who strikes secrets out of texts.</summary>
    public IEnumerable<RegisteredSecret> Registered(IEnumerable<string?> names) =>
        from name in names.OfType<string>().Distinct()
        let value = Find(name)
        where value is not null
        select new RegisteredSecret(name, value);

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]{0,99}\z")]
    private static partial Regex Form();
}
