namespace Orchestrator.Providers.Requests;

/// <summary>Makes what an endpoint wrote fit to be told: it ends up on terminals and in logs, which it must not steer, fill, or show the key to.</summary>
internal static class ForeignText
{
    private const int Longest = 700;

    /// <param name="fact">What happened, with whatever the endpoint said of it.</param>
    /// <param name="key">What is struck out; first of all, for a key that is cut in two is not found.</param>
    public static string Told(string fact, EndpointKey key)
    {
        string redacted = key.Redact(fact);
        string text = redacted.Length > Longest ? redacted[..Longest] + " ..." : redacted;
        return string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)).Trim().TrimEnd('.');
    }
}
