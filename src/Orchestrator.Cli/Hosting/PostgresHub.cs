using Orchestrator.Sql.Postgres;
using Orchestrator.TaskHub;

namespace Orchestrator.Cli.Hosting;

/// <summary>What the command line says of the PostgreSQL database that hubs share.</summary>
internal static class PostgresHub
{
    /// <exception cref="BadInputException">Something of it cannot be used.</exception>
    public static PostgresHubOptions Options(HubServerOptions server, string connection, string? advertise, double leaseSeconds)
    {
        try
        {
            if (PostgresConnectionText.ShowsPassword(connection))
            {
                Console.Error.WriteLine(
                    "--postgres: others on this machine can read its command lines; PGPASSWORD or PGPASSFILE keep the password to yourself.");
            }
        }
        catch (ArgumentException failure)
        {
            throw new BadInputException($"--postgres: {failure.Message}");
        }

        try
        {
            advertise ??= server.OwnAddress();
        }
        catch (ArgumentException failure)
        {
            throw new BadInputException($"--advertise: {failure.Message}");
        }

        if (!Uri.TryCreate(advertise, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            throw new BadInputException($"--advertise: {advertise} is no address for other hubs: say http://HOST:PORT or https://HOST:PORT.");
        }

        return leaseSeconds is >= 1 and <= 600
            ? new PostgresHubOptions
            {
                ConnectionString = connection,
                Advertise = advertise,
                Lease = TimeSpan.FromSeconds(leaseSeconds),
            }
            : throw new BadInputException("--lease: say 1 to 600 seconds.");
    }
}
