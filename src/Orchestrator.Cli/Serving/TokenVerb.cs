using System.CommandLine;
using System.Text.Json;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Cli.Serving;

/// <summary>A new token as <c>token --json</c> prints it: the secret, and its entry for the settings.</summary>
internal sealed record MadeToken(string Token, TokenEntry Entry);

/// <summary><c>token NAME</c>: makes a token for a program. The secret is shown once; the settings hold its hash.</summary>
internal static class TokenVerb
{
    private const int LongestDays = 3650;

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Who shows it." };
        var roles = new Option<string[]>("--role")
        {
            Description = $"One of {string.Join(", ", Enum.GetNames<Role>()).ToLowerInvariant()}; may be said several times.",
            Required = true,
        };
        roles.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<Role>());
        var tenant = new Option<string>("--tenant") { Description = "Whose runs it may know of.", DefaultValueFactory = _ => new TokenEntry().Tenant };
        var teams = new Option<string[]>("--team") { Description = "A team that it belongs to; may be said several times." };
        var days = new Option<int>("--days") { Description = "After how many days it ends.", DefaultValueFactory = _ => 90 };
        var json = Verb.Json();
        var command = new Command("token", "Make a token for the server, and the entry of settings.json that knows it.") { name, roles, tenant, teams, days, json };
        command.SetVerb(async (parsed, _) =>
        {
            if (parsed.GetValue(days) is < 1 or > LongestDays)
            {
                throw new BadInputException($"--days: say 1 to {LongestDays}.");
            }

            string token = TokenText.Make();
            var entry = new TokenEntry
            {
                Name = parsed.GetValue(name)!,
                Roles = [.. parsed.GetValue(roles)!.Select(role => role.ToLowerInvariant()).Distinct()],
                Tenant = parsed.GetValue(tenant)!,
                Teams = parsed.GetValue(teams) ?? [],
                Sha256 = TokenText.HashOf(token),
                ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().AddDays(parsed.GetValue(days)).ToUnixTimeSeconds()),
            };
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new MadeToken(token, entry), CliJson.Default.MadeToken));
                return ExitCode.Ok;
            }

            await Console.Error.WriteLineAsync("The token, shown only now; programs send it as 'Authorization: Bearer TOKEN', submit reads it from ORCHESTRATOR_TOKEN:");
            Console.WriteLine(token);
            await Console.Error.WriteLineAsync("Add to Server:Tokens in settings.json of the server's data folder:");
            await Console.Error.WriteLineAsync(JsonSerializer.Serialize(entry, CliJson.Default.TokenEntry));
            return ExitCode.Ok;
        });
        return command;
    }
}
