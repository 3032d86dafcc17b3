using System.Globalization;
using System.Text.Json;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Cli.Running;

/// <summary>Sees the commands of a verification begin and end, by the folders that they leave.</summary>
internal sealed class CheckWatch(string effects, IReadOnlyList<SuccessCriterion> criteria)
{
    private readonly HashSet<string> _begun = [];
    private readonly HashSet<string> _ended = [];

    /// <summary>The criterion whose command runs, as far as the last look saw.</summary>
    public string? Current { get; private set; }

    /// <returns>What began and ended since the last look, in words.</returns>
    public IReadOnlyList<string> Look(int turn)
    {
        if (turn == 0 || !Directory.Exists(effects))
        {
            return [];
        }

        var lines = new List<string>();
        Current = null;
        foreach (string folder in Directory.EnumerateDirectories(effects, $"{turn:D6}-check-*").Order(StringComparer.Ordinal))
        {
            SuccessCriterion criterion = criteria[PlaceOf(folder) - 1];
            if (_begun.Add(folder))
            {
                lines.Add($"{criterion.Name} begins: {Visible.FirstLineOf(criterion.Run)}");
            }

            string exit = Path.Combine(folder, "exit.json");
            if (!File.Exists(exit))
            {
                Current = criterion.Name;
            }
            else if (_ended.Add(folder))
            {
                lines.Add($"{criterion.Name} ends with {EndOf(exit)}");
            }
        }

        return lines;
    }

    /// <summary>A folder is named by turn, <c>check</c>, the criterion's place from 1, and how often it was started before.</summary>
    private static int PlaceOf(string folder) =>
        int.Parse(Path.GetFileName(folder).Split('-')[2], NumberStyles.None, CultureInfo.InvariantCulture);

    private static string EndOf(string exit)
    {
        using JsonDocument record = JsonDocument.Parse(File.ReadAllBytes(exit));
        TimeSpan elapsed = TimeSpan.Parse(record.RootElement.GetProperty("elapsed").GetString()!, CultureInfo.InvariantCulture);
        return $"exit code {record.RootElement.GetProperty("exitCode").GetInt32()} after {elapsed.TotalSeconds:0.0} s";
    }
}
