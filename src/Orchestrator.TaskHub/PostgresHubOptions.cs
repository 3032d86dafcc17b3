using Orchestrator.Sql.Postgres;

namespace Orchestrator.TaskHub;

/// <summary>The PostgreSQL database that hubs share: one of them owns it and works, the others stand by.</summary>
public sealed class PostgresHubOptions
{
    /// <summary>
    /// <c>Host=NAME;Database=NAME;Username=NAME</c> and so on, or <c>postgres://USER@HOST:PORT/DATABASE</c>. The password is best
    /// left to PGPASSWORD or PGPASSFILE.
    /// </summary>
    public required string ConnectionString { get; set; }

    /// <summary>The address at which other hubs reach this one, to pass on the calls that they get.</summary>
    public required string Advertise { get; set; }

    /// <summary>How long the owner may be silent before another hub takes its place; 1 to 600 seconds.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(15);

    /// <exception cref="ArgumentException">Something of it cannot be used, whatever the server says.</exception>
    public void Check()
    {
        PostgresConnectionText.ShowsPassword(ConnectionString);
        if (!Uri.TryCreate(Advertise, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"{Advertise} is no address for other hubs: say http://HOST:PORT or https://HOST:PORT.");
        }

        if (Lease < TimeSpan.FromSeconds(1) || Lease > TimeSpan.FromMinutes(10))
        {
            throw new ArgumentException("The lease is 1 to 600 seconds.");
        }
    }

    internal PostgresSettings Settings(string schema) =>
        new() { ConnectionString = ConnectionString, Schema = schema, Address = Advertise, Lease = Lease };
}
