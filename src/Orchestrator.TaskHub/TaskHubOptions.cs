using System.ComponentModel.DataAnnotations;

namespace Orchestrator.TaskHub;

/// <summary>How a hub keeps its promises: where, how long it waits for whom, and how much it takes.</summary>
public sealed class TaskHubOptions
{
    /// <summary>The SQLite file with everything the hub must not forget.</summary>
    [Required]
    public string DatabasePath { get; set; } = "hub.db";

    /// <summary>The PostgreSQL database that takes the file's place; null for the file.</summary>
    public PostgresHubOptions? Postgres { get; set; }

    /// <summary>How long a work item stays with a worker that the hub cannot reach any more.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often an idle worker hears of the hub; workers give a silent stream up after two minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:30")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a worker may take for one turn of an orchestrator, which only decides and should take milliseconds. Then the turn is
    /// taken from it, and counts as failed: an orchestrator that never stops must not keep its worker for ever.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan TurnLimit { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a work item is handed out before its instance or activity fails.</summary>
    [Range(1, 100)]
    public int MaxAttempts { get; set; } = 5;

    /// <summary>How long an item rests that every worker at hand has refused; four times as long after each further refusal, up to an hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan RefusalBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long an activity's result may wait for the turn that it wakes, to be committed with it; then it is committed
    /// alone. Its worker is told after the commit.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ResultPatience { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How long an instance that is asked to end may take to answer before the hub ends it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan TerminationGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest input, result, event or status, in bytes of UTF-8.</summary>
    [Range(1024, 1024 * 1024)]
    public int MaxPayloadBytes { get; set; } = 1024 * 1024;

    /// <summary>A history above this many bytes is streamed to workers that can take it so.</summary>
    [Range(1024, 1024 * 1024)]
    public int InlineHistoryBytes { get; set; } = 1024 * 1024;
}
