using Microsoft.Extensions.Options;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Intake;

/// <summary>Finds what is wrong with the settings before anything is taken in.</summary>
internal sealed class IntakeOptionsValidator(DataFolder data) : IValidateOptions<IntakeOptions>
{
    private const string Section = IntakeOptions.Section;

    public ValidateOptionsResult Validate(string? name, IntakeOptions options)
    {
        var faults = new List<string>();
        if (options.MostRuns is < 1 or > 10_000)
        {
            faults.Add($"{Section}:MostRuns in settings.json: {options.MostRuns} must be 1 to 10000.");
        }

        for (int index = 0; index < options.Sources.Count; index++)
        {
            IntakeReading.Read(options.Sources[index], $"{Section}:Sources:{index}", data, faults);
        }

        faults.AddRange(options.Sources.GroupBy(source => source.Name).Where(same => same.Count() > 1)
            .Select(same => $"{Section}:Sources in settings.json: two are called '{same.Key}'; give each its own name."));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
