using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>
/// A schema as a file that <c>pg_restore</c> reads: one committed state of it, whoever writes meanwhile. PostgreSQL's own program writes it
/// (https://www.postgresql.org/docs/current/app-pgdump.html).
/// </summary>
public static class PostgresDump
{
    private const string Program = "pg_dump";

    /// <param name="connectionText">Where the database is.</param>
    /// <param name="schema">What is dumped.</param>
    /// <param name="password">Null for the one of the text, of PGPASSWORD or of PGPASSFILE.</param>
    /// <param name="target">The file.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">The connection text can't be read.</exception>
    /// <exception cref="DatabaseException">The program is missing, or didn't do it.</exception>
    public static async Task WriteAsync(string connectionText, string schema, string? password, string target, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder connection = PostgresConnectionText.Read(connectionText);
        var start = new ProcessStartInfo(Program, ["--format=custom", "--no-password", $"--schema={schema}", $"--file={target}"]) { RedirectStandardError = true };

        // The driver writes several as HOST:PORT,HOST:PORT, and a socket's folder as a path.
        string[][] hosts = [.. connection.Host!.Split(',').Select(host => host.StartsWith('/') ? [host] : host.Trim().Split(':', 2))];

        // By the environment, which other users don't see.
        foreach ((string variable, string? value) in (ReadOnlySpan<(string, string?)>)
        [
            ("PGHOST", string.Join(',', hosts.Select(host => host[0]))),
            ("PGPORT", string.Join(',', hosts.Select(host => host.Length > 1 ? host[1] : connection.Port.ToString(CultureInfo.InvariantCulture)))),
            ("PGDATABASE", connection.Database),
            ("PGUSER", connection.Username),
            ("PGPASSWORD", password ?? connection.Password),
            ("PGPASSFILE", connection.Passfile),
            ("PGSSLROOTCERT", connection.RootCertificate),
            ("PGSSLCERT", connection.SslCertificate),
            ("PGSSLKEY", connection.SslKey),
            ("PGSSLMODE", ModeOf(connection.SslMode)),
        ])
        {
            if (!string.IsNullOrEmpty(value))
            {
                start.Environment[variable] = value;
            }
        }

        using Process dump = Start(start);
        Task<string> told = dump.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await dump.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            dump.Kill();
            throw;
        }

        if (dump.ExitCode != 0)
        {
            throw new DatabaseException(DatabaseFailure.Unreachable, $"{Program} ended with exit code {dump.ExitCode}: {(await told).Trim()}");
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new DatabaseException(
                DatabaseFailure.InputOutput, $"There is no {Program} here: install PostgreSQL's client programs (on Debian, apt-get install postgresql-client).", failure);
        }
    }

    /// <summary>As libpq calls it.</summary>
    private static string ModeOf(SslMode mode) => mode switch
    {
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => mode.ToString().ToLowerInvariant(),
    };
}
