using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.CodeHosts.Tests;

/// <summary>Stands before what writes.</summary>
internal abstract class PassingWriter(ITicketWriter inner) : ITicketWriter
{
    public TicketHost Host => inner.Host;

    public string? FindFault(IntakeSource source) => inner.FindFault(source);

    public string Render(TicketStatus status) => inner.Render(status);

    public virtual Task<string?> FindAsync(TicketPlace place, TicketMark mark, DateTimeOffset since, CancellationToken cancellationToken) =>
        inner.FindAsync(place, mark, since, cancellationToken);

    public virtual Task<string> CreateAsync(TicketPlace place, TicketMark mark, string text, CancellationToken cancellationToken) => inner.CreateAsync(place, mark, text, cancellationToken);

    public Task<bool> EditAsync(TicketPlace place, string comment, TicketMark mark, string text, CancellationToken cancellationToken) =>
        inner.EditAsync(place, comment, mark, text, cancellationToken);
}
