using System.Globalization;
using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>Opens connections as this product wants them: prepared statements, dead peers noticed soon, commits on the disk.</summary>
internal sealed class PostgresConnections
{
    private const int PreparedStatements = 100;
    private const int ConnectSeconds = 5;

    // A peer whose machine is gone is silent this often before it counts as gone.
    private const int SilentProbes = 3;

    private readonly string _connectionString;
    private readonly TimeSpan _lease;
    private readonly Func<CancellationToken, ValueTask<string>>? _password;

    /// <exception cref="ArgumentException">The connection string cannot be read.</exception>
    public PostgresConnections(PostgresSettings settings)
    {
        _lease = settings.Lease;
        _password = settings.Password;
        int probe = Seconds(_lease / (SilentProbes * 2));
        NpgsqlConnectionStringBuilder builder = PostgresConnectionText.Read(settings.ConnectionString);
        Server = $"{builder.Host}:{builder.Port.ToString(CultureInfo.InvariantCulture)}/{builder.Database ?? builder.Username}";
        builder.SearchPath = settings.Schema;
        builder.Pooling = false;
        builder.Multiplexing = false;
        builder.Enlist = false;
        builder.Timeout = ConnectSeconds;
        builder.CommandTimeout = Seconds(_lease);
        builder.CancellationTimeout = -1;
        builder.MaxAutoPrepare = PreparedStatements;
        builder.AutoPrepareMinUsages = 2;
        builder.TcpKeepAlive = true;
        builder.TcpKeepAliveTime = probe;
        builder.TcpKeepAliveInterval = probe;
        builder.ApplicationName ??= "orchestrator hub";
        _connectionString = builder.ConnectionString;
    }

    /// <summary>Host, port and database, for messages.</summary>
    public string Server { get; }

    /// <exception cref="NpgsqlException">The server cannot be reached, or refuses.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(await WithPasswordAsync(cancellationToken));
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(SessionSettings(), connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connections that are used again and again, by one reader each.</summary>
    public NpgsqlDataSource Pool(int connections)
    {
        var builder = new NpgsqlConnectionStringBuilder(_connectionString)
        {
            Pooling = true,
            MinPoolSize = 0,
            MaxPoolSize = connections,
            NoResetOnClose = true,
        };
        var source = new NpgsqlDataSourceBuilder(builder.ConnectionString);
        if (_password is { } password)
        {
            source.UsePasswordProvider(
                _ => throw new NotSupportedException("Readers open their connections without blocking."), (_, cancellationToken) => password(cancellationToken));
        }

        return source.Build();
    }

    private async ValueTask<string> WithPasswordAsync(CancellationToken cancellationToken) => _password is null
        ? _connectionString
        : new NpgsqlConnectionStringBuilder(_connectionString) { Password = await _password(cancellationToken) }.ConnectionString;

    private static int Seconds(TimeSpan span) => Math.Max(1, (int)span.TotalSeconds);

    // The server, too, must notice soon that a hub's machine is gone: its session holds the lock. A weaker
    // synchronous_commit would acknowledge what a crash can take back; a stronger one is the operator's choice.
    private string SessionSettings() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        SELECT set_config('tcp_keepalives_idle', '{Seconds(_lease / (SilentProbes * 2))}', false),
            set_config('tcp_keepalives_interval', '{Seconds(_lease / (SilentProbes * 2))}', false),
            set_config('tcp_keepalives_count', '{SilentProbes}', false),
            set_config('tcp_user_timeout', '{(int)_lease.TotalMilliseconds}', false),
            set_config('statement_timeout', '0', false),
            set_config('lock_timeout', '0', false),
            set_config('idle_in_transaction_session_timeout', '0', false),
            set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
                ELSE current_setting('synchronous_commit') END, false)
        """);
}
