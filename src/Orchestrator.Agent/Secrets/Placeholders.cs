using System.Buffers;

namespace Orchestrator.Agent.Secrets;

/// <summary>What stands where a secret would, in examples and templates: to strike it out would only make a text wrong.</summary>
internal static class Placeholders
{
    /// <summary>A secret that a machine made has more different characters than this.</summary>
    private const int MostDifferent = 4;

    private static readonly SearchValues<char> Template = SearchValues.Create("$<>{}*");

    private static readonly SearchValues<string> Words = SearchValues.Create(
        ["example", "changeme", "change_me", "your_", "your-", "placeholder", "dummy", "redacted", "notasecret", "xxxxxxxx", "0000000000", "1234567890123"],
        StringComparison.OrdinalIgnoreCase);

    private static readonly HashSet<string> Usual = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "passwd", "pass", "pwd", "secret", "postgres", "guest", "root", "admin", "test", "user", "username", "mysql", "redis", "rabbitmq", "token",
    };

    public static bool IsOne(ReadOnlySpan<char> secret) =>
        secret.ContainsAny(Template)
        || secret.ContainsAny(Words)
        || Usual.GetAlternateLookup<ReadOnlySpan<char>>().Contains(secret)
        || Different(secret) <= MostDifferent;

    private static int Different(ReadOnlySpan<char> secret)
    {
        UInt128 low = 0;
        UInt128 high = 0;
        foreach (char letter in secret)
        {
            if (letter < 128)
            {
                low |= UInt128.One << letter;
            }
            else
            {
                high |= UInt128.One << (letter & 127);
            }
        }

        return (int)(UInt128.PopCount(low) + UInt128.PopCount(high));
    }
}
