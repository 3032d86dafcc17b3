using System.ComponentModel.DataAnnotations;
using Orchestrator.Sql.Postgres;

namespace Orchestrator.TaskHub;

/// <summary>The PostgreSQL database that hubs share: one of them owns it and works, the others stand by.</summary>
public sealed class PostgresHubOptions
{
    /// <summary>
    /// <c>Host=NAME;Database=NAME;Username=NAME</c> and so on. The password is best left to PGPASSWORD or PGPASSFILE.
    /// </summary>
    [Required]
    public required string ConnectionString { get; set; }

    /// <summary>The address at which other hubs reach this one, to pass on the calls that they get.</summary>
    [Required]
    public required string Advertise { get; set; }

    /// <summary>How long the owner may be silent before another hub takes its place.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    internal PostgresSettings Settings(string schema) =>
        new() { ConnectionString = ConnectionString, Schema = schema, Address = Advertise, Lease = Lease };
}
