using System.Buffers.Text;
using System.Security.Cryptography;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server.SignIn;

/// <summary>Codes that sign the local user in once, soon.</summary>
public sealed class SignInCodes(TimeProvider time)
{
    private const int RandomBytes = 32;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _codes = [];

    public string Make()
    {
        string code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        lock (_lock)
        {
            foreach (string old in _codes.Where(known => known.Value <= time.GetUtcNow()).Select(known => known.Key).ToArray())
            {
                _codes.Remove(old);
            }

            _codes[TokenText.HashOf(code)] = time.GetUtcNow() + Lifetime;
        }

        return code;
    }

    /// <returns>False if it was never given out, was used, or its time is over.</returns>
    internal bool TryUse(string code)
    {
        lock (_lock)
        {
            return _codes.Remove(TokenText.HashOf(code), out DateTimeOffset end) && end > time.GetUtcNow();
        }
    }
}
