using System.CommandLine;

namespace Orchestrator.Benchmarks;

/// <summary>The options that every workload has.</summary>
internal sealed class RunOptions
{
    public Option<int> Rounds { get; } = new("--rounds") { Description = "How often it is measured.", DefaultValueFactory = _ => 3 };

    public Option<int> WarmUp { get; } = new("--warm-up")
    {
        Description = "How many iterations go before, unmeasured, so that code is compiled.",
        DefaultValueFactory = _ => 2000,
    };

    public Option<string?> Json { get; } = new("--json") { Description = "Write the report to this file, as JSON.", HelpName = "FILE" };

    public Option<string?> Folder { get; } = new("--folder")
    {
        Description = "Where to write. Default: the first temporary folder that is on a disk, not in memory.",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(Rounds);
        command.Options.Add(WarmUp);
        command.Options.Add(Json);
        command.Options.Add(Folder);
    }
}
