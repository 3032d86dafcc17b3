using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Steering;

/// <summary>The kill switch as <c>killswitch --json</c> prints it.</summary>
internal sealed record ShownKillSwitch(bool On, IReadOnlyList<KillSwitch> Switches);

/// <summary><c>killswitch on|off|status</c>: while it is on no run of the data folder asks a model, whichever process works on it.</summary>
internal static class KillSwitchVerb
{
    public static Command Create()
    {
        var wanted = new Argument<string>("on|off|status") { Description = "What is wanted.", DefaultValueFactory = _ => "status" };
        wanted.AcceptOnlyFromAmong("on", "off", "status");
        var reason = new Option<string?>("--reason") { Description = "Why; the audit keeps it, and while it is on everybody is shown it." };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("killswitch", "Have no run ask a model, until it is switched off.") { wanted, reason, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            ISteeringStore steering = deployment.Services.GetRequiredService<ISteeringStore>();
            switch (parsed.GetValue(wanted))
            {
                case "on":
                    await steering.TurnOnKillSwitchAsync(KillSwitch.Everybody, Environment.UserName, parsed.GetValue(reason), cancellationToken);
                    break;
                case "off":
                    await steering.TurnOffKillSwitchAsync(KillSwitch.Everybody, since: null, Environment.UserName, parsed.GetValue(reason), cancellationToken);
                    break;
            }

            IReadOnlyList<KillSwitch> on = await steering.ListKillSwitchesAsync(cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new ShownKillSwitch(on.Count > 0, on), CliJson.Default.ShownKillSwitch));
                return ExitCode.Ok;
            }

            Console.WriteLine(on.Count == 0 ? "The kill switch is off." : "The kill switch is on:");
            foreach (KillSwitch one in on)
            {
                string whom = one.Scope == KillSwitch.Everybody ? "all runs" : $"runs of the tenant {one.Scope}";
                Console.WriteLine(Visible.Of($"  {whom}, by {one.Person}, since {one.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}{(one.Reason is null ? "" : $": {one.Reason}")}"));
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
