using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Governing;

/// <summary>What people allowed for later, the newest first, as <c>rules list --json</c> prints it.</summary>
internal sealed record RuleList(IReadOnlyList<AlwaysRule> Rules);

/// <summary>What <c>rules revoke --json</c> prints.</summary>
internal sealed record RevokedRule(string Id);

/// <summary><c>rules list</c> and <c>rules revoke ID</c>: what people allowed for later when they approved a call.</summary>
internal static class RulesVerb
{
    public static Command Create() => new("rules", "Show and revoke what people allowed for later when they approved a call.") { CreateList(), CreateRevoke() };

    private static Command CreateList()
    {
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("list", "List them, those that hold no longer as well.") { data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment? deployment = await Deployment.OpenToListAsync(parsed.GetValue(data), cancellationToken);
            IReadOnlyList<AlwaysRule> rules = deployment is null ? [] : await deployment.Services.GetRequiredService<IPolicyStore>().ListAlwaysAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new RuleList(rules), CliJson.Default.RuleList));
                return ExitCode.Ok;
            }

            foreach (AlwaysRule rule in rules)
            {
                string uses = rule.MostUses is { } most ? $"{rule.Uses} of {most} uses" : $"{rule.Uses} uses";
                string state = rule.RevokedBy is { } person ? $"revoked by {person}" : rule.HoldsAt(TimeProvider.System.GetUtcNow()) ? "holds" : "is over";
                Console.WriteLine(Visible.Of($"{rule.Id}  {state}  {rule.Tool} '{rule.Prefix}' for {rule.Scope.ToString().ToLowerInvariant()} {rule.Of.ReplaceLineEndings(" ")}, {uses}, until {rule.ExpiresAt.ToLocalTime():yyyy-MM-dd HH:mm}, by {rule.CreatedBy}"));
            }

            if (rules.Count == 0)
            {
                Console.WriteLine("Nothing was allowed for later.");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command CreateRevoke()
    {
        var id = new Argument<string>("ID") { Description = "The rule's id, as 'rules list' shows it." };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("revoke", "Have it hold no longer; a call that has begun by it goes on.") { id, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetValue(id)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"rule '{wanted}'", parsed.GetValue(data), cancellationToken);
            if (!await deployment.Services.GetRequiredService<IPolicyStore>().RevokeAlwaysAsync(wanted, Environment.UserName, cancellationToken))
            {
                throw new BadInputException($"There is no rule '{wanted}' that could be revoked; 'orchestrator rules list' shows those there are.");
            }

            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(new RevokedRule(wanted), CliJson.Default.RevokedRule) : $"{wanted} is revoked.");
            return ExitCode.Ok;
        });
        return command;
    }
}
