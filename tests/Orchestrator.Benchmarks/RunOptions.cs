using System.CommandLine;

namespace Orchestrator.Benchmarks;

/// <summary>The options that every workload has.</summary>
internal sealed class RunOptions(int rounds = 3)
{
    public Option<int> Rounds { get; } = Number("--rounds", "How often it is measured.", rounds);

    public Option<string?> Json { get; } = JsonFile();

    public Option<string?> Folder { get; } = new("--folder")
    {
        Description = "Where to write. Default: the first temporary folder that is on a disk, not in memory.",
        HelpName = "DIR",
    };

    public static Option<string?> JsonFile() => new("--json") { Description = "Write the report to this file, as JSON.", HelpName = "FILE" };

    /// <summary>An option for a number that has a default and a least.</summary>
    public static Option<int> Number(string name, string description, int value, int least = 1)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < least)
            {
                result.AddError($"{name} is a number from {least}.");
            }
        });
        return option;
    }

    public void AddTo(Command command)
    {
        command.Options.Add(Rounds);
        command.Options.Add(Json);
        command.Options.Add(Folder);
    }
}
