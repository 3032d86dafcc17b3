using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;

namespace Orchestrator.CodeHosts.Tests;

/// <summary>Has its process die when a comment is there.</summary>
internal sealed class DoomedWriter(ITicketWriter inner) : PassingWriter(inner)
{
    public override async Task<string> CreateAsync(TicketPlace place, TicketMark mark, string text, CancellationToken cancellationToken)
    {
        await base.CreateAsync(place, mark, text, cancellationToken);
        throw new InvalidOperationException("killed");
    }
}
