using System.Text.Json.Serialization;

namespace Orchestrator.Supervisor;

/// <summary>What a supervisor is to run; it decides nothing of it.</summary>
internal sealed record CommandIntent
{
    /// <summary>Names what was asked; another hash in the same folder is a bug of the asker.</summary>
    public required string ArgumentsHash { get; init; }

    /// <summary>The sandbox's program and its arguments, the command's among them.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The whole environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The longest it may run by the boot clock.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long it may go on after it was asked to end.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>Bytes of output that are kept.</summary>
    public required long OutputLimit { get; init; }

    /// <summary>The folder whose file system is synced before the end is recorded.</summary>
    public required string Tree { get; init; }

    /// <summary>A filter of system calls for the sandbox, in the kernel's binary form; null for none.</summary>
    public string? SeccompFilter { get; init; }
}

/// <summary>The proof that a command was started, written before it was.</summary>
internal sealed record CommandStart
{
    public required string ArgumentsHash { get; init; }

    public required int SupervisorId { get; init; }

    /// <summary>When the kernel started the supervisor, in its own ticks: tells a process from a later one with the same id.</summary>
    public required ulong SupervisorStart { get; init; }

    public required string BootId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }
}

/// <summary>How a command ended; written after its files reached the disk.</summary>
internal sealed record CommandExit
{
    public required int ExitCode { get; init; }

    public required CommandEnd End { get; init; }

    public required long OutputBytes { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Elapsed { get; init; }
}

/// <summary>Why a command ended.</summary>
internal enum CommandEnd
{
    Exited,
    Signal,
    Timeout,
    Canceled,

    /// <summary>The sandbox could not be set up, so the command never ran; the output says why.</summary>
    NotRun,
}

/// <summary>JSON of the records in a command's folder.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CommandIntent))]
[JsonSerializable(typeof(CommandStart))]
[JsonSerializable(typeof(CommandExit))]
internal sealed partial class CommandJson : JsonSerializerContext;
