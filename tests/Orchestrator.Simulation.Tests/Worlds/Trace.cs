using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Simulation.Tests.Worlds;

/// <summary>What happened, in order. Two runs of one seed must have the same hash.</summary>
internal sealed class Trace : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<string> _lines = [];
    private readonly Dictionary<string, int> _numbers = [];

    /// <summary>Faults of the hub or the simulation that nobody else would report.</summary>
    public List<string> Complaints { get; } = [];

    public void Add(TimeSpan at, string what)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds,9:0.000} {what}");
        _hash.AppendData(Encoding.UTF8.GetBytes(line));
        _lines.Add(line);
    }

    /// <summary>A token that is made at random, as a number that is not.</summary>
    public string Number(string token)
    {
        if (!_numbers.TryGetValue(token, out int number))
        {
            number = _numbers.Count;
            _numbers.Add(token, number);
        }

        return string.Create(CultureInfo.InvariantCulture, $"#{number}");
    }

    public void Complain(string what)
    {
        lock (Complaints)
        {
            Complaints.Add(what);
        }
    }

    public string Hash() => Convert.ToHexString(_hash.GetCurrentHash())[..16];

    public string End(int lines) => string.Join('\n', _lines.TakeLast(lines));

    public void Dispose() => _hash.Dispose();
}
