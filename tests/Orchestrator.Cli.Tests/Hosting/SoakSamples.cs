using Orchestrator.Testing.Processes;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>What the parts of a product hold, and how long the logs of its databases are, moment by moment.</summary>
internal sealed class SoakSamples(ProductParts parts, string data)
{
    private static readonly string[] Logs = ["hub.db-wal", "run.db-wal"];

    private readonly long _begun = TimeProvider.System.GetTimestamp();
    private readonly List<(string Part, int Process, double Minutes, ProcessHoldings Held)> _samples = [];
    private readonly Dictionary<string, long> _largestLogs = Logs.ToDictionary(log => log, _ => 0L);

    /// <summary>Bytes of each log when it was largest.</summary>
    public IReadOnlyDictionary<string, long> LargestLogs => _largestLogs;

    /// <summary>The most memory that a process held.</summary>
    public double MostMegabytes => _samples.Max(sample => sample.Held.Megabytes);

    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_begun);

    /// <summary>How many descriptors a part has at the moment.</summary>
    public int DescriptorsOf(string part) => ProcessHoldings.Of(parts.ProcessOf(part).Id)?.Descriptors ?? 0;

    public void Take()
    {
        foreach (string part in parts.Names)
        {
            int process = parts.ProcessOf(part).Id;
            if (ProcessHoldings.Of(process) is { } held)
            {
                _samples.Add((part, process, Elapsed.TotalMinutes, held));
            }
        }

        foreach (FileInfo log in Logs.Select(log => new FileInfo(Path.Combine(data, log))).Where(log => log.Exists))
        {
            _largestLogs[log.Name] = Math.Max(_largestLogs[log.Name], log.Length);
        }
    }

    /// <summary>Megabytes a minute by which each process has grown that was there from a moment on to the end.</summary>
    public IReadOnlyDictionary<string, double> GrowthSince(TimeSpan moment) => _samples
        .Where(sample => sample.Minutes >= moment.TotalMinutes)
        .GroupBy(sample => sample.Part)
        .Where(part => part.Select(sample => sample.Process).Distinct().Count() == 1 && part.Count() > 1)
        .ToDictionary(part => part.Key, part => ProcessHoldings.SlopeOf([.. part.Select(sample => (sample.Minutes, sample.Held.Megabytes))]));
}
