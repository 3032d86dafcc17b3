using System.Text;

namespace Orchestrator.Reliability.Tests.Workloads;

/// <summary>What activities really did: a line for each execution as it happens, whatever is recorded of it; a file for each worker.</summary>
internal sealed class EffectLog(string folder) : IDisposable
{
    private const string Extension = ".effects";

    private readonly FileStream _file = new(
        Path.Combine(folder, $"{Guid.NewGuid():N}{Extension}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Append(string instanceId, int step)
    {
        byte[] line = Encoding.UTF8.GetBytes($"{instanceId} {step} {TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}\n");
        lock (_file)
        {
            _file.Write(line);
        }
    }

    /// <summary>How often each step of each instance was executed by any worker of the folder.</summary>
    public static IReadOnlyDictionary<(string InstanceId, int Step), int> Read(string folder) =>
        ReadTimes(folder).ToDictionary(same => same.Key, same => same.Value.Count);

    /// <summary>When each step of each instance was executed by any worker of the folder or of one beneath it, in order.</summary>
    public static IReadOnlyDictionary<(string InstanceId, int Step), IReadOnlyList<DateTimeOffset>> ReadTimes(string folder) => Directory
        .EnumerateFiles(folder, "*" + Extension, SearchOption.AllDirectories)
        .SelectMany(Lines)
        .Select(line => line.Split(' '))
        .GroupBy(parts => (parts[0], int.Parse(parts[1])), parts => DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[2])))
        .ToDictionary(same => same.Key, same => (IReadOnlyList<DateTimeOffset>)[.. same.Order()]);

    /// <summary>Whether somebody has left a sign of that name, which outlives every process; leaves it if not.</summary>
    public bool IsSet(string sign)
    {
        string path = Path.Combine(folder, sign);
        if (File.Exists(path))
        {
            return true;
        }

        File.WriteAllText(path, "");
        return false;
    }

    public bool Exists(string sign) => File.Exists(Path.Combine(folder, sign));

    public void Dispose() => _file.Dispose();

    private static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n').SkipLast(1).ToList();
    }
}
