using System.Security.Cryptography;
using System.Text;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Hosts;

/// <summary>Where workspaces are kept: a folder on a machine.</summary>
/// <param name="Id">Goes with the folder: an empty folder in its place is another host.</param>
/// <param name="Machine">The machine's name.</param>
/// <param name="Folder">The folder, on that machine.</param>
public sealed record ToolHost(string Id, string Machine, string Folder)
{
    /// <summary>The host whose folder is the data folder itself: every worker that isn't told otherwise, where all share that folder.</summary>
    public const string OfTheDataFolder = "data";

    /// <summary>Where it serves other workers; null if it doesn't.</summary>
    public string? Address { get; init; }

    /// <summary>SHA-256 of the certificate that it shows there, lower-case hexadecimal; null without TLS.</summary>
    public string? Certificate { get; init; }

    /// <summary>What its callers' tokens are made with; null if it serves nobody. Only the run database has it.</summary>
    public string? Key { get; init; }

    /// <summary>It has its folder on this machine.</summary>
    public bool IsHere => Machine == Environment.MachineName;

    /// <summary>Where it serves is for its own machine alone, which isn't this one.</summary>
    public bool IsOutOfReach => !IsHere && Address is not null && new Uri(Address).IsLoopback;

    /// <summary>The host of this process.</summary>
    public static ToolHost Of(DataFolder data) => new(IdOf(data), Environment.MachineName, data.HostRoot);

    /// <summary>What a caller shows for a run: good for that run and that host alone.</summary>
    public string TokenFor(string run) => Convert.ToHexStringLower(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(Key ?? throw new InvalidOperationException($"The tool host {Id} serves nobody.")), Encoding.UTF8.GetBytes(run)));

    public override string ToString() => Id == OfTheDataFolder ? $"{Folder} on {Machine}" : $"{Id} ({Folder} on {Machine})";

    private static string IdOf(DataFolder data)
    {
        if (!data.IsPrivate && Path.GetFullPath(data.HostRoot) == Path.GetFullPath(data.Root))
        {
            return OfTheDataFolder;
        }

        string path = Path.Combine(data.HostRoot, "host-id");
        if (!File.Exists(path))
        {
            Files.DurableFile.WriteOnce(path, Encoding.UTF8.GetBytes($"h{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}"));
        }

        return File.ReadAllText(path).Trim();
    }
}

/// <summary>A tool host as the run database knows it.</summary>
/// <param name="Host">The host.</param>
/// <param name="Epoch">How often it has begun anew after its lease was over.</param>
/// <param name="LeaseUntil">Until when nobody else may take its runs.</param>
/// <param name="IsLive">Its lease isn't over.</param>
/// <param name="Runs">How many runs it holds that are not over.</param>
public sealed record KnownHost(ToolHost Host, long Epoch, DateTimeOffset LeaseUntil, bool IsLive, int Runs);
