using System.Security.Cryptography;
using System.Text;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Cli.Hosting;

/// <summary>Where the owner of a data folder serves its hub to other processes of the same user.</summary>
internal static class OwnerSocket
{
    /// <summary>Bytes that fit into the address of a Unix socket on Linux, the closing zero not counted.</summary>
    private const int LongestPath = 107;

    /// <summary>In the data folder; in the user's runtime folder if the path is too long for a socket.</summary>
    public static string PathOf(DataFolder data)
    {
        string path = Path.Combine(data.Root, "owner.sock");
        if (Encoding.UTF8.GetByteCount(path) <= LongestPath)
        {
            return path;
        }

        string runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } folder ? folder : Path.GetTempPath();
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data.Root)).AsSpan(0, 8));
        return Path.Combine(runtime, $"orchestrator-{name}.sock");
    }
}
