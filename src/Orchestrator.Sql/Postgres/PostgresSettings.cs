namespace Orchestrator.Sql.Postgres;

/// <summary>Which part of a PostgreSQL database is used, by whom, and how long its owner may be silent.</summary>
public sealed record PostgresSettings
{
    /// <summary>As Npgsql reads it, or a URL; what it leaves out comes from PGPASSWORD, PGPASSFILE and their kin.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Where the tables are: lower case letters, digits and underscores.</summary>
    public required string Schema { get; init; }

    /// <summary>Gives the password of each new connection, as a token that is good for an hour; null for the connection string's.</summary>
    public Func<CancellationToken, ValueTask<string>>? Password { get; init; }

    /// <summary>Where others find the owner, if this process becomes it.</summary>
    public required string Address { get; init; }

    /// <summary>How long an owner may say nothing before another process takes its place.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Takes the place of whoever owns it, heard of or not: for what belongs to something owned already.</summary>
    public bool TakesOverAtOnce { get; init; }
}
