using System.CommandLine;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Orchestrator.Benchmarks.Measures;
using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Functions;

/// <summary><c>functions</c>: single functions by BenchmarkDotNet, in this process.</summary>
internal static class FunctionsCommand
{
    private const string Name = "functions";

    private static readonly Type[] Subjects = [typeof(ConverterBenchmarks), typeof(ReplayBenchmarks)];

    public static Command Create()
    {
        var once = new Option<bool>("--once") { Description = "Call each function once, to see that it lives." };
        var json = RunOptions.JsonFile();
        var command = new Command(Name, "Single functions of the SDK, by BenchmarkDotNet.") { once, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var folder = WorkFolder.Create(parent: null);
            Machine machine = Machine.Here(folder.FileSystem);
            Summary[] summaries = BenchmarkRunner.Run(Subjects, Config(parsed.GetValue(once), folder.Path));
            var report = new FunctionReport(Name, machine, [.. summaries.SelectMany(summary => summary.Reports).Select(Figures)]);
            await ReportFile.SaveAsync(report, BenchmarkJson.Default.FunctionReport, parsed.GetValue(json), cancellationToken);
            Console.WriteLine($"{Name} on {machine}");
            foreach (FunctionFigures function in report.Functions)
            {
                Console.WriteLine(
                    $"{function.Name}: median {function.MedianNs:F0} ns, mean {function.MeanNs:F0} ± {function.StandardDeviationNs:F0}, "
                    + $"{function.AllocatedBytes} bytes allocated");
            }
        });
        return command;
    }

    // In this process: nothing is generated, restored and built while a benchmark runs.
    private static ManualConfig Config(bool once, string folder) => ManualConfig.CreateEmpty()
        .AddJob((once ? Job.Dry : Job.Default).WithToolchain(InProcessEmitToolchain.DontLogOutput))
        .AddLogger(NullLogger.Instance)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .WithOptions(once ? ConfigOptions.DisableOptimizationsValidator : ConfigOptions.Default)
        .WithArtifactsPath(folder);

    /// <exception cref="IOException">The function was not measured.</exception>
    private static FunctionFigures Figures(BenchmarkReport report)
    {
        string name = $"{report.BenchmarkCase.Descriptor.Type.Name}.{report.BenchmarkCase.Descriptor.WorkloadMethod.Name}";
        BenchmarkDotNet.Mathematics.Statistics figures = report.ResultStatistics
            ?? throw new IOException($"{name} was not measured: {string.Join(' ', report.ExecuteResults.SelectMany(result => result.Errors))}");
        return new FunctionFigures(
            name,
            figures.Median,
            figures.Mean,
            figures.StandardDeviation,
            report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0);
    }
}
