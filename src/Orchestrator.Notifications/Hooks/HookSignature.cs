using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Notifications.Hooks;

/// <summary>Signs what a webhook is sent, so that its receiver knows who sent it, that nobody changed it, and when it was sent.</summary>
internal static class HookSignature
{
    public const string Header = "Orchestrator-Signature";

    /// <param name="keyId">Names the key; the receiver may know several while one replaces the other.</param>
    /// <param name="key">The key.</param>
    /// <param name="at">When it is sent, which is signed as well.</param>
    /// <param name="body">The body, byte for byte.</param>
    /// <returns>As in <c>key=HOOK_SECRET,t=1767225600,v1=5f2b...</c>.</returns>
    public static string Make(string keyId, string key, DateTimeOffset at, byte[] body)
    {
        long seconds = at.ToUnixTimeSeconds();
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{seconds}."), .. body];
        return $"key={keyId},t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed))}";
    }
}
