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
            var options = new PostgresHubOptions
            {
                ConnectionString = connection,
                Advertise = advertise ?? server.OwnAddress(),
                Lease = TimeSpan.FromSeconds(leaseSeconds),
            };
            options.Check();
            if (PostgresConnectionText.ShowsPassword(connection))
            {
                Console.Error.WriteLine(
                    "--postgres: others on this machine can read its command lines; PGPASSWORD or PGPASSFILE keep the password to yourself.");
            }

            return options;
        }
        catch (ArgumentException failure)
        {
            throw new BadInputException($"hub --postgres: {failure.Message}");
        }
    }
}
