using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orchestrator.Agent.Models;

namespace Orchestrator.Cli.Hosting;

/// <summary>
/// What a process does with the answers of models that are under way when it is told to stop: it waits for them, for a while, until it is told
/// a second time.
/// </summary>
internal sealed class Drain(TimeSpan longest) : IDisposable
{
    public const string OptionName = "--drain";

    /// <summary>What is done beside them when a process stops.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _isToldAgain = new();

    public static Option<double> Option() => new(OptionName)
    {
        Description = "How long a stop waits for answers of models that are under way; what it doesn't wait for is asked, and paid, again. A second signal ends the wait.",
        DefaultValueFactory = _ => 20,
        HelpName = "SECONDS",
    };

    /// <exception cref="BadInputException">It is no such time.</exception>
    public static Drain Read(double seconds) => IsTime(seconds)
        ? new Drain(TimeSpan.FromSeconds(seconds))
        : throw new BadInputException($"{OptionName}: {seconds:0.###} seconds is not between 0 and {Most.TotalSeconds:0}.");

    /// <summary>How long what was said may take to end; then the process is ended.</summary>
    public static TimeSpan LongestEnd(ParseResult parsed) => parsed.CommandResult.Command.Options.OfType<Option<double>>()
        .FirstOrDefault(option => option.Name == OptionName) is { } option
        && IsTime(parsed.GetValue(option)) ? Rest + TimeSpan.FromSeconds(parsed.GetValue(option)) : Rest;

    /// <summary>Has the worker wait when it is stopped.</summary>
    public void AddTo(IServiceCollection services) => services
        .Configure<HostOptions>(options => options.ShutdownTimeout = Rest + longest)
        .AddHostedService(provider => new ModelDrain(provider.GetRequiredService<ModelCalls>(), longest, Tell));

    /// <summary>Stops a worker, which waits.</summary>
    public async Task StopAsync(IHost worker)
    {
        using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Hurry);
        using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Hurry);
        await worker.StopAsync(_isToldAgain.Token);
    }

    public void Dispose() => _isToldAgain.Dispose();

    private void Hurry(PosixSignalContext context)
    {
        context.Cancel = true;
        try
        {
            _isToldAgain.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
    }

    private static bool IsTime(double seconds) => seconds >= 0 && seconds <= Most.TotalSeconds;

    private void Tell(int count) => Console.Error.WriteLine(
        $"stopping: waiting up to {longest.TotalSeconds:0.###} s for {count} {(count == 1 ? "answer" : "answers")} of models; a second signal ends the wait");
}
