using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Providers;
using Orchestrator.Storage;
using Orchestrator.Tools;

namespace Orchestrator.Cli.Hosting;

/// <summary>A data folder that is open, with everything a verb can ask of it; the hub is not part of it.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    private readonly RunDatabase _database;
    private readonly ServiceProvider _services;

    private Deployment(DataFolder data, RunDatabase database, IConfiguration configuration)
    {
        Data = data;
        Configuration = configuration;
        _database = database;
        var services = new ServiceCollection();
        AddTo(services);
        _services = services.BuildServiceProvider();
    }

    public DataFolder Data { get; }

    public IConfiguration Configuration { get; }

    public IServiceProvider Services => _services;

    public IRunStore Runs => _services.GetRequiredService<IRunStore>();

    public static async Task<Deployment> OpenAsync(string? folder, CancellationToken cancellationToken)
    {
        var data = new DataFolder(Path.GetFullPath(folder ?? DefaultFolder()));
        CreatePrivately(data.Root);
        IConfiguration configuration = ReadConfiguration(data);
        RunDatabase database = await RunDatabase.OpenAsync(data, TimeProvider.System, cancellationToken);
        return new Deployment(data, database, configuration);
    }

    /// <summary>Adds what the product consists of: stores, providers, tools, agent.</summary>
    public void AddTo(IServiceCollection services)
    {
        services
            .AddSingleton(TimeProvider.System)
            .AddSingleton(Configuration)
            .AddLogging(logging => logging
                .AddSimpleConsole(console => console.SingleLine = true)
                .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
                .SetMinimumLevel(Configuration.GetValue("Logging:Level", LogLevel.Warning))
                .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning))
            .AddStorage(_database)
            .AddProviders(Configuration)
            .AddTools(Configuration)
            .AddAgent();
    }

    public async Task<RunSummary> FindRunAsync(string run, CancellationToken cancellationToken) =>
        await Runs.FindAsync(run, cancellationToken)
        ?? throw new BadInputException($"There is no run '{run}' in {Data.Root}; 'orchestrator list' shows those there are.");

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static string DefaultFolder()
    {
        if (Environment.GetEnvironmentVariable("ORCHESTRATOR_DATA") is { Length: > 0 } configured)
        {
            return configured;
        }

        string home = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } data
            ? data
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        return Path.Combine(home, "orchestrator");
    }

    /// <summary>The folder holds transcripts and diffs: nobody else on the machine may read it.</summary>
    private static void CreatePrivately(string folder)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentException($"The data folder {folder} can't be made: {failure.Message} Name another with --data.");
        }
    }

    private static IConfiguration ReadConfiguration(DataFolder data)
    {
        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(data.Settings, optional: true)
                .AddEnvironmentVariables()
                .AddEnvironmentVariables("ORCHESTRATOR_")
                .Build();
        }
        catch (InvalidDataException failure)
        {
            throw new BadInputException($"{data.Settings}: not valid JSON: {failure.InnerException?.Message ?? failure.Message}");
        }
    }
}
