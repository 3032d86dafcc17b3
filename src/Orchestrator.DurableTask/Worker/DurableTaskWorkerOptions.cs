using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.DurableTask.Worker;

/// <summary>How a worker runs orchestrators and activities.</summary>
public class DurableTaskWorkerOptions
{
    private DataConverter? _dataConverter;

    /// <summary>Which versions of orchestrations a worker runs.</summary>
    public enum VersionMatchStrategy
    {
        /// <summary>All of them.</summary>
        None = 0,

        /// <summary>The worker's own only.</summary>
        Strict = 1,

        /// <summary>The worker's own and older ones.</summary>
        CurrentOrOlder = 2,
    }

    /// <summary>What becomes of an orchestration whose version the worker doesn't run.</summary>
    public enum VersionFailureStrategy
    {
        /// <summary>It goes back to the hub, for another worker.</summary>
        Reject = 0,

        /// <summary>It fails.</summary>
        Fail = 1,
    }

    /// <summary>Reads and writes payloads; JSON unless set here or registered as a service.</summary>
    public DataConverter DataConverter
    {
        get => _dataConverter ?? JsonDataConverter.Default;
        set => _dataConverter = value;
    }

    /// <summary>The longest single timer; a longer one is made of several.</summary>
    public TimeSpan MaximumTimerInterval { get; set; } = TimeSpan.FromDays(3);

    /// <summary>How much the hub may send at once.</summary>
    public ConcurrencyOptions Concurrency { get; } = new();

    /// <summary>Which versions the worker runs; null for all.</summary>
    public VersioningOptions? Versioning { get; set; }

    internal void UseConverterOf(IServiceProvider services) => _dataConverter ??= services.GetService<DataConverter>();

    /// <summary>How much the hub may send at once.</summary>
    public class ConcurrencyOptions
    {
        /// <summary>How many activities at once.</summary>
        public int MaximumConcurrentActivityWorkItems { get; set; } = 100 * Environment.ProcessorCount;

        /// <summary>How many turns of orchestrators at once.</summary>
        public int MaximumConcurrentOrchestrationWorkItems { get; set; } = 100 * Environment.ProcessorCount;
    }

    /// <summary>Which versions a worker runs.</summary>
    public class VersioningOptions
    {
        /// <summary>The worker's own version; empty for none.</summary>
        public string Version { get; set; } = string.Empty;

        /// <summary>The version of sub-orchestrations that ask for none.</summary>
        public string DefaultVersion { get; set; } = string.Empty;

        /// <summary>Which versions run here.</summary>
        public VersionMatchStrategy MatchStrategy { get; set; } = VersionMatchStrategy.None;

        /// <summary>What becomes of others.</summary>
        public VersionFailureStrategy FailureStrategy { get; set; } = VersionFailureStrategy.Reject;
    }
}
