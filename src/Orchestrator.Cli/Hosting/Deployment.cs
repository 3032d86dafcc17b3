using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agent;
using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Runs.Purges;
using Orchestrator.Agent.Runs.Setups;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.CodeHosts;
using Orchestrator.CodeHosts.AzureRepos;
using Orchestrator.CodeHosts.GitHub;
using Orchestrator.Notifications;
using Orchestrator.Providers;
using Orchestrator.Server;
using Orchestrator.Storage;
using Orchestrator.Storage.Bulk;
using Orchestrator.Tools;

namespace Orchestrator.Cli.Hosting;

/// <summary>A data folder that is open, with everything a verb can ask of it; the hub is not part of it.</summary>
internal sealed class Deployment : IAsyncDisposable
{
    private readonly RunDatabase _database;
    private readonly ServiceProvider _services;

    private Deployment(DataFolder data, RunDatabase database, IConfigurationRoot configuration)
    {
        Data = data;
        Configuration = configuration;
        _database = database;
        var services = new ServiceCollection();
        AddTo(services);
        _services = services.BuildServiceProvider();
    }

    public DataFolder Data { get; }

    public IConfigurationRoot Configuration { get; }

    public IServiceProvider Services => _services;

    /// <summary>Whose the runs are.</summary>
    public RunHome Home => _services.GetRequiredService<RunHome>();

    public IRunStore Runs => _services.GetRequiredService<IRunStore>();

    /// <summary>Whether somebody works on the runs, as far as can be seen: of runs that are another hub's it is taken to be so.</summary>
    public async Task<bool> IsWorkedAsync(CancellationToken cancellationToken) =>
        LockHolders.WorkersOf(Data).Count > 0 || await Home.FindOtherAsync(cancellationToken) is not null;

    /// <summary>Opens a folder to work in it, and makes it.</summary>
    /// <exception cref="OptionsValidationException">Its settings are wrong.</exception>
    public static Task<Deployment> OpenAsync(string? folder, CancellationToken cancellationToken) => OpenAsync(folder, hostFolder: null, cancellationToken);

    /// <summary>The same, with a folder of its own for workspaces and commands.</summary>
    /// <exception cref="OptionsValidationException">Its settings are wrong.</exception>
    public static async Task<Deployment> OpenAsync(string? folder, string? hostFolder, CancellationToken cancellationToken)
    {
        DataFolder data = DataFolders.Open(folder);
        data = hostFolder is null ? data : data with { HostRoot = DataFolders.Open(hostFolder).Root };
        return await OpenCheckedAsync(data, isWatching: false, cancellationToken);
    }

    private static async Task<Deployment> OpenCheckedAsync(DataFolder data, bool isWatching, CancellationToken cancellationToken)
    {
        Deployment deployment = await OpenAsync(data, isWatching, cancellationToken);
        try
        {
            deployment.Services.GetRequiredService<IStartupValidator>().Validate();
            return deployment;
        }
        catch (OptionsValidationException)
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a folder for a process that lives long: tokens that are added to its settings or taken from them count at once.</summary>
    /// <exception cref="OptionsValidationException">Its settings are wrong.</exception>
    public static Task<Deployment> OpenToServeAsync(string? folder, CancellationToken cancellationToken) =>
        OpenCheckedAsync(DataFolders.Open(folder), isWatching: true, cancellationToken);

    /// <summary>Opens a folder that has what is looked for, and makes none.</summary>
    /// <param name="wanted">What is looked for, as in <c>run 'r1'</c>.</param>
    /// <exception cref="BadInputException">The folder holds nothing.</exception>
    public static async Task<Deployment> OpenWithAsync(string wanted, string? folder, CancellationToken cancellationToken) =>
        await FindAsync(folder, cancellationToken)
        ?? throw new BadInputException($"There is no {wanted}: {DataFolders.PathOf(folder)} is no data folder. Name the right one with --data.");

    /// <summary>Opens a folder to list what it holds, and makes none.</summary>
    /// <returns>Null, and a note on standard error, if it holds nothing.</returns>
    public static async Task<Deployment?> OpenToListAsync(string? folder, CancellationToken cancellationToken)
    {
        Deployment? found = await FindAsync(folder, cancellationToken);
        if (found is null)
        {
            await Console.Error.WriteLineAsync($"{DataFolders.PathOf(folder)} is no data folder yet; the first run makes it. Another is named with --data.");
        }

        return found;
    }

    private static async Task<Deployment?> FindAsync(string? folder, CancellationToken cancellationToken) =>
        DataFolders.Find(folder, IsShared) is { } data ? await OpenAsync(data, isWatching: false, cancellationToken) : null;

    /// <summary>Runs may be there though nothing of them is in the folder.</summary>
    private static bool IsShared(DataFolder data) => RunsOf(data).Postgres is not null;

    /// <summary>Where the runs of a folder are, without opening them.</summary>
    public static RunDatabaseOptions RunsOf(DataFolder data) => RunsOf(ReadConfiguration(data, isWatching: false));

    private static async Task<Deployment> OpenAsync(DataFolder data, bool isWatching, CancellationToken cancellationToken)
    {
        IConfigurationRoot configuration = ReadConfiguration(data, isWatching);
        data = data with { IsPrivate = configuration.GetValue<bool>($"{BlobOptions.Section}:{nameof(BlobOptions.RunFiles)}") };
        return new Deployment(data, await OpenRunsAsync(data, RunsOf(configuration), cancellationToken), configuration);
    }

    private static RunDatabaseOptions RunsOf(IConfiguration configuration) =>
        configuration.GetSection(RunDatabaseOptions.Section).Get<RunDatabaseOptions>() ?? new RunDatabaseOptions();

    private static async Task<RunDatabase> OpenRunsAsync(DataFolder data, RunDatabaseOptions options, CancellationToken cancellationToken)
    {
        if (options.FindFault() is { } fault)
        {
            throw new BadInputException(fault);
        }

        try
        {
            return options.Postgres is { } shared
                ? await RunDatabase.OpenSharedAsync(data, shared, options, TimeProvider.System, cancellationToken)
                : await RunDatabase.OpenAsync(data, TimeProvider.System, cancellationToken);
        }
        catch (ArgumentException failure)
        {
            throw new BadInputException($"{RunDatabaseOptions.Section}:{nameof(RunDatabaseOptions.Postgres)}: {failure.Message}");
        }
    }

    /// <summary>Adds what the product consists of: stores, providers, tools, agent.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddOptions<AccountOptions>().Bind(Configuration.GetSection(AccountOptions.Section)).ValidateOnStart();
        services.AddOptions<EgressOptions>().Bind(Configuration.GetSection(EgressOptions.Section)).ValidateOnStart();
        services.AddOptions<SetupOptions>().Bind(Configuration.GetSection(SetupOptions.Section)).ValidateOnStart();
        services.AddOptions<CompactionOptions>().Bind(Configuration.GetSection(CompactionOptions.Section)).ValidateOnStart();
        services.AddOptions<LandingOptions>().Bind(Configuration.GetSection(LandingOptions.Section))
            .PostConfigure(landing => landing.PublicUrl = Configuration.GetValue<Uri?>($"{ServerOptions.Section}:{nameof(ServerOptions.PublicUrl)}")).ValidateOnStart();
        services.AddOptions<AzureReposOptions>().Bind(Configuration.GetSection(AzureReposOptions.Section)).ValidateOnStart();
        services.AddOptions<GitHubOptions>().Bind(Configuration.GetSection(GitHubOptions.Section)).ValidateOnStart();
        services.AddOptions<NotificationOptions>().Bind(Configuration.GetSection(NotificationOptions.Section))
            .PostConfigure(told => told.PublicUrl = Configuration.GetValue<Uri?>($"{ServerOptions.Section}:{nameof(ServerOptions.PublicUrl)}")).ValidateOnStart();
        services.AddOptions<IntakeOptions>().Bind(Configuration.GetSection(IntakeOptions.Section)).ValidateOnStart();
        services.AddOptions<RetentionOptions>().Bind(Configuration.GetSection(RetentionOptions.Section)).ValidateOnStart();
        services.AddOptions<WorkerOptions>().Bind(Configuration.GetSection(WorkerOptions.Section)).ValidateOnStart();
        services.AddOptions<HostOptions>().Bind(Configuration.GetSection(HostOptions.Section)).ValidateOnStart();
        services.AddOptions<BlobOptions>().Bind(Configuration.GetSection(BlobOptions.Section))
            .PostConfigure(blobs => blobs.Connection = blobs.ConnectionVariable is { } variable ? Configuration[variable] : null);
        services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IHostLine, HostLine>()
            .AddSingleton<IValidateOptions<WorkerOptions>, WorkerOptionsValidator>()
            .AddSingleton<IConfiguration>(Configuration)
            .AddServerOptions(Configuration)
            .AddSingleton<ISecretSource, EnvironmentSecrets>()
            .AddLogging(logging => StandardErrorLog.AddTo(logging, Configuration.GetValue("Logging:Level", LogLevel.Warning)))
            .AddStorage(_database)
            .AddProviders(Configuration, Data.Providers)
            .AddTools()
            .AddNotifications()
            .AddCodeHosts()
            .AddAgent()
            .AddOptions<FollowOptions>().Bind(Configuration.GetSection(FollowOptions.Section)).ValidateOnStart();
    }

    /// <exception cref="BadInputException">There is none, or it was purged.</exception>
    public async Task<RunSummary> FindRunAsync(string run, CancellationToken cancellationToken)
    {
        RunSummary found = await FindListedRunAsync(run, cancellationToken);
        return found.PurgedAt is not { } at
            ? found
            : throw new BadInputException(
                $"Run {found.RunId} was purged on {at.ToLocalTime():yyyy-MM-dd HH:mm}: of it is kept only what 'orchestrator show {found.RunId}' and 'orchestrator audit --run {found.RunId}' say.");
    }

    /// <summary>The same, for who can do with a run that was purged.</summary>
    /// <exception cref="BadInputException">There is none.</exception>
    public async Task<RunSummary> FindListedRunAsync(string run, CancellationToken cancellationToken) =>
        await Runs.FindAsync(run, cancellationToken)
        ?? throw new BadInputException($"There is no run '{run}' in {Data.Root}; 'orchestrator list' shows those there are.");

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        foreach (FileConfigurationProvider settings in Configuration.Providers.OfType<FileConfigurationProvider>())
        {
            settings.Dispose();

            // Its watch of the folder is one of the few that a user may have.
            (settings.Source.FileProvider as IDisposable)?.Dispose();
        }
    }

    private static IConfigurationRoot ReadConfiguration(DataFolder data, bool isWatching)
    {
        bool isRead = false;
        try
        {
            IConfigurationRoot configuration = new ConfigurationBuilder()
                .AddJsonFile(source =>
                {
                    source.Path = data.Settings;
                    source.Optional = true;
                    source.ReloadOnChange = isWatching;
                    source.ResolveFileProvider();

                    // A file that is wrong while it is edited must not end a server: what was read before stays until it is right.
                    source.OnLoadException = failure => failure.Ignore = isRead;
                })
                .AddEnvironmentVariables()
                .AddEnvironmentVariables("ORCHESTRATOR_")
                .Build();
            isRead = true;
            return configuration;
        }
        catch (InvalidDataException failure)
        {
            throw new BadInputException($"{data.Settings}: not valid JSON: {failure.InnerException?.Message ?? failure.Message}");
        }
    }
}
