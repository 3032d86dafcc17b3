using System.Text.RegularExpressions;

namespace Orchestrator.Storage;

/// <summary>Where the run database is, if it is not a file of the data folder.</summary>
public sealed partial class RunDatabaseOptions
{
    public const string Section = "RunDatabase";

    /// <summary>
    /// A PostgreSQL database that processes of many machines share: <c>Host=NAME;Database=NAME;Username=NAME</c> and so on, or a URL. The password
    /// is best left to PGPASSWORD or PGPASSFILE. Null for the file <c>run.db</c>.
    /// </summary>
    public string? Postgres { get; set; }

    /// <summary>
    /// The process shows its identity there, for Azure Database for PostgreSQL: a managed identity (<c>AZURE_CLIENT_ID</c> says which), a workload
    /// identity, or whoever is signed in with <c>az login</c>. <c>Username</c> is the identity's name.
    /// </summary>
    public bool ShowsIdentity { get; set; }

    /// <summary>The client id of the managed identity that is shown; null for that of AZURE_CLIENT_ID.</summary>
    public string? ClientId { get; set; }

    /// <summary>The schema of it that has the tables: lower case letters, digits and underscores.</summary>
    public string Schema { get; set; } = "runs";

    /// <summary>What is wrong with it, in words; null if nothing is.</summary>
    public string? FindFault() => SchemaName().IsMatch(Schema) ? null
        : $"{Section}:{nameof(Schema)} is lower case letters, digits and underscores, up to 63 of them, and begins with a letter: it is '{Schema}'.";

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex SchemaName();
}
