using Microsoft.Extensions.Options;
using Orchestrator.Agent.Runs.Purges;

namespace Orchestrator.Agent.Tests.Runs.Purges;

public sealed class DuePurgesTests
{
    [Fact]
    public async Task RunsThatSomebodyElseHas_EndTheRoundAndNeededOnesDoNot()
    {
        var purges = new PlayedPurges
        {
            Due = ["r1", "r2", "r3", "r4"],
            Rule = run => run switch
            {
                "r1" => new PurgeRuling.Needed("It is not over."),
                "r3" => new PurgeRuling.Busy("A bundle is being made."),
                _ => new PurgeRuling.Free(),
            },
        };
        var due = new DuePurges(purges, Options.Create(new RetentionOptions { Keep = TimeSpan.FromDays(1) }), TimeProvider.System);

        bool isMore = await due.BeginAsync(CancellationToken.None);

        Assert.False(isMore);
        Assert.Equal(["begin r1", "begin r2", "begin r3"], purges.Asked);
    }
}
