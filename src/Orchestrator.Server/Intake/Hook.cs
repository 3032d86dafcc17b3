using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Server.Intake;

/// <summary>How one kind of ticket system proves what it sends, and what it says.</summary>
internal abstract class Hook
{
    /// <summary>A delivery that tells of something older than this came from a recording, or too late to mean anything.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromHours(24);

    public abstract TicketHost Host { get; }

    /// <summary>Whether somebody who has one of the keys sent exactly this. Every key is looked at, and nothing of the body is read.</summary>
    public abstract bool IsGenuine(IHeaderDictionary headers, ReadOnlySpan<byte> body, IReadOnlyList<string> keys);

    /// <summary>What the delivery says.</summary>
    /// <param name="source">Its source.</param>
    /// <param name="headers">Its headers, which most systems don't sign.</param>
    /// <param name="body">Its body.</param>
    /// <param name="now">By the server's clock.</param>
    /// <exception cref="HookFormatException">It isn't what such a system sends.</exception>
    public abstract HookReading Read(IntakeSource source, IHeaderDictionary headers, JsonElement body, DateTimeOffset now);

    /// <returns>The header's only value; null where there is none, or are several.</returns>
    protected static string? Only(IHeaderDictionary headers, string name) => headers[name] is [{ } value] ? value : null;

    /// <summary>Compares in constant time, whichever key fits.</summary>
    protected static bool FitsAny(ReadOnlySpan<byte> shown, IReadOnlyList<byte[]> expected)
    {
        bool fits = false;
        foreach (byte[] one in expected)
        {
            fits |= CryptographicOperations.FixedTimeEquals(shown, one);
        }

        return fits;
    }

    /// <summary>Reads <c>sha256=</c> and 64 hexadecimal digits in small letters, and nothing else.</summary>
    protected static bool IsSignedInHex(string? shown, ReadOnlySpan<byte> body, IReadOnlyList<string> keys)
    {
        const string Method = "sha256=";
        byte[] mac = shown is not null && shown.Length == Method.Length + (2 * SHA256.HashSizeInBytes) && shown.StartsWith(Method, StringComparison.Ordinal)
            && shown[Method.Length..].All(char.IsAsciiHexDigitLower)
            ? Convert.FromHexString(shown.AsSpan(Method.Length))
            : [];
        var expected = new List<byte[]>();
        foreach (string key in keys)
        {
            expected.Add(HMACSHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key), body));
        }

        return FitsAny(mac, expected);
    }
}

/// <summary>What a delivery says.</summary>
/// <param name="SenderId">What the sender calls it.</param>
/// <param name="Event">What it tells of.</param>
/// <param name="State">Whether it asks for a run.</param>
/// <param name="Reason">Why it doesn't, as a sentence.</param>
/// <param name="Wish">What it asks for.</param>
internal sealed record HookReading(string SenderId, string Event, DeliveryState State, string? Reason, Wish? Wish)
{
    public static HookReading Ignored(string senderId, string happened, string why) => new(senderId, happened, DeliveryState.Ignored, why, null);

    public static HookReading Refused(string senderId, string happened, string why) => new(senderId, happened, DeliveryState.Refused, why, null);

    public static HookReading Of(string senderId, string happened, Wish wish) => new(senderId, happened, DeliveryState.Queued, null, wish);
}

/// <summary>A delivery is genuine, but isn't what such a system sends.</summary>
internal sealed class HookFormatException(string message, Exception? inner = null) : Exception(message, inner);
