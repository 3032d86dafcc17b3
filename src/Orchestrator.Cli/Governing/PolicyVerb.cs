using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Governing;

/// <summary>A version of the policy, as <c>policy show --json</c> prints it.</summary>
internal sealed record ShownPolicy(long Version, string Hash, string Person, DateTimeOffset At, string Text);

/// <summary>The policy with its versions, the newest first; none means that there never was one.</summary>
internal sealed record PolicyList(IReadOnlyList<ShownPolicy> Policies);

/// <summary>What <c>policy check --json</c> prints of a policy that can be used.</summary>
internal sealed record CheckedPolicy(string File, int Rules, string Version);

/// <summary><c>policy show</c>, <c>policy check</c> and <c>policy test</c>: what calls may do and who decides about them.</summary>
internal static class PolicyVerb
{
    public static Command Create() => new("policy", "Show, check and try what calls may do and who decides about them.")
    {
        CreateShow(), CreateCheck(), PolicyTestVerb.Create(),
    };

    private static Command CreateShow()
    {
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("show", "Show the policy that holds, and its versions.") { data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment? deployment = await Deployment.OpenToListAsync(parsed.GetValue(data), cancellationToken);
            IReadOnlyList<StoredPolicy> stored = deployment is null ? [] : await ListAsync(deployment, cancellationToken);
            if (parsed.GetValue(json))
            {
                var shown = new PolicyList([.. stored.Select(one => new ShownPolicy(one.Sequence, one.Hash, one.Person, one.At, one.Text))]);
                Console.WriteLine(JsonSerializer.Serialize(shown, CliJson.Default.PolicyList));
                return ExitCode.Ok;
            }

            if (stored is not [var newest, ..])
            {
                Console.WriteLine("There is no policy. Write policies.yaml into the data folder; docs/policies.md shows its keys.");
                return ExitCode.Ok;
            }

            foreach (StoredPolicy one in stored.Reverse())
            {
                Console.WriteLine($"version {one.Sequence}  {one.Hash[..12]}  {one.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {Visible.Of(one.Person)}");
            }

            Console.WriteLine();
            foreach (string line in newest.Text.TrimEnd('\n').Split('\n'))
            {
                Console.WriteLine(Visible.Of(line));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<IReadOnlyList<StoredPolicy>> ListAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        await deployment.Services.GetRequiredService<PolicyBook>().TakeInAsync(cancellationToken);
        return await deployment.Services.GetRequiredService<IPolicyStore>().ListAsync(cancellationToken);
    }

    private static Command CreateCheck()
    {
        var file = new Argument<FileInfo?>("FILE") { Description = "The policy; policies.yaml of the data folder if left out.", Arity = ArgumentArity.ZeroOrOne };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("check", "Say what is wrong with a policy, and which of its questions nobody could decide.") { file, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            string path = parsed.GetValue(file)?.FullName ?? deployment.Data.Policies;
            PolicyDocument document = await ReadAsync(path, cancellationToken);
            Roster roster = await deployment.Services.GetRequiredService<RosterFile>().ReadAsync(cancellationToken);
            IReadOnlyList<string> dead = RosterCheck.Find(document, roster, Environment.UserName, Environment.UserName, author: null);
            if (dead.Count > 0)
            {
                throw new PolicyFileException(dead);
            }

            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new CheckedPolicy(path, document.Rules.Count, document.Version), CliJson.Default.CheckedPolicy)
                : $"{path} can be used: {document.Rules.Count} rules, and each question has people who may decide it.");
            return ExitCode.Ok;
        });
        return command;
    }

    /// <exception cref="BadInputException">There is no such file.</exception>
    internal static async Task<PolicyDocument> ReadAsync(string path, CancellationToken cancellationToken) => File.Exists(path)
        ? PolicyFile.Parse(await File.ReadAllTextAsync(path, cancellationToken), Path.GetFileName(path))
        : throw new BadInputException($"There is no policy {path}; docs/policies.md shows how one is written.");
}
