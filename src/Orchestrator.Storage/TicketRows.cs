using System.Data.Common;
using Orchestrator.Agent.Tickets;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Tickets as rows, one for each run that came from one.</summary>
internal sealed class TicketRows(RunDatabase database) : ITicketStore
{
    public Task AddAsync(string run, Ticket ticket, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => Add(connection, run, ticket), cancellationToken);

    public Task<Ticket?> FindAsync(string run, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.Find(
            "SELECT host, source, base_url, repository, number, revision, author, title, url FROM tickets WHERE run_id = $1", Read, run),
        cancellationToken);

    /// <summary>Keeps a run's ticket in the transaction that stores the run.</summary>
    internal static void Add(SqlSession connection, string run, Ticket ticket) => connection.Execute(
        """
        INSERT INTO tickets(run_id, host, source, base_url, repository, number, revision, author, title, url)
        VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
        """,
        run, ticket.Host.ToString(), ticket.Source, ticket.BaseUrl?.ToString(), ticket.Repository, ticket.Number, ticket.Revision, ticket.Author, ticket.Title,
        ticket.Url?.ToString());

    private static Ticket Read(DbDataReader reader) => new()
    {
        Host = Enum.Parse<TicketHost>(reader.GetString(0)),
        Source = reader.GetString(1),
        BaseUrl = UriAt(reader, 2),
        Repository = reader.GetString(3),
        Number = reader.GetString(4),
        Revision = reader.GetString(5),
        Author = reader.IsDBNull(6) ? null : reader.GetString(6),
        Title = reader.GetString(7),
        Url = UriAt(reader, 8),
    };

    private static Uri? UriAt(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : new Uri(reader.GetString(column));
}
