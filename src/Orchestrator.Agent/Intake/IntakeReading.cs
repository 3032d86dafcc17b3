using System.Text.RegularExpressions;
using Orchestrator.Agent.Intake.Transitions;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake;

/// <summary>Reads sources from settings, and says what is wrong with them by place.</summary>
internal static partial class IntakeReading
{
    private static readonly Uri GitHub = new("https://api.github.com");

    /// <param name="options">The source as settings have it.</param>
    /// <param name="place">Where it stands there.</param>
    /// <param name="data">Relative paths lead from it.</param>
    /// <param name="faults">What is wrong is added here.</param>
    /// <returns>Null if something is wrong.</returns>
    public static IntakeSource? Read(IntakeSourceOptions options, string place, DataFolder data, List<string> faults)
    {
        int before = faults.Count;
        TicketHost? host = options.Kind switch
        {
            "github" => TicketHost.GitHub,
            "jira" => TicketHost.Jira,
            "azure-devops" => TicketHost.AzureDevOps,
            "generic" => TicketHost.Generic,
            _ => null,
        };
        Fault(host is null, $"{place}:Kind in settings.json: '{options.Kind}' is none of github, jira, azure-devops, generic.");
        Fault(!NameForm().IsMatch(options.Name), $"{place}:Name in settings.json: '{options.Name}' must be 1 to 40 letters, digits, dots, dashes or underscores.");
        Fault(string.IsNullOrWhiteSpace(options.Tenant) || options.Tenant == KillSwitch.Everybody, $"{place}:Tenant in settings.json must name one tenant; leave it out for the local one.");
        Fault(options.SecretEnv.Count == 0 || !options.SecretEnv.All(SecretVariables.IsName),
            $"{place}:SecretEnv in settings.json must be names of environment variables, as in [\"PAYMENTS_HOOK_KEY\"]; keys don't belong in files.");
        Fault(options.MostRuns is < 1 or > 10_000, $"{place}:MostRuns in settings.json: {options.MostRuns} must be 1 to 10000.");
        Fault(options.Priority is < -100 or > 100, $"{place}:Priority in settings.json: {options.Priority} must be -100 to 100.");
        Fault(options.StatusComment && host is TicketHost.Generic, $"{place}:StatusComment in settings.json: nothing is written on tickets of {options.Kind} sources; leave it out.");
        CheckTrigger(options, host, place, faults);
        CheckApi(options.Api, host, place, faults);
        CheckTransitions(options, host, place, faults);
        var repositories = ReadRepositories(options, place, faults);
        TicketTemplate? template = ReadTemplate(options, place, data, faults);
        return faults.Count > before || host is null || template is null ? null : new IntakeSource
        {
            Name = options.Name,
            Host = host.Value,
            Tenant = options.Tenant,
            Team = string.IsNullOrWhiteSpace(options.Team) ? options.Name : options.Team,
            SecretVariables = [.. options.SecretEnv],
            Trigger = new IntakeTrigger
            {
                Label = options.Trigger.Label,
                Command = options.Trigger.Command,
                Authors = [.. options.Trigger.Authors],
                Associations = options.Trigger.Associations.Count == 0 ? IntakeTrigger.UsualAssociations : [.. options.Trigger.Associations],
                People = options.Trigger.People,
            },
            Repositories = repositories,
            Template = template,
            Priority = options.Priority,
            MostRuns = options.MostRuns,
            StatusComment = options.StatusComment,
            States = options.Transitions is { } states ? new TicketStates(states.Started, states.Accepted, states.Failed) : null,
            BaseUrl = options.Api?.Url ?? (host == TicketHost.GitHub ? GitHub : null),
            Api = options.Api is { Url: { } url, TokenEnv: { } token } api ? new IntakeApi(url, api.User, token) : null,
        };

        void Fault(bool isWrong, string words)
        {
            if (isWrong)
            {
                faults.Add(words);
            }
        }
    }

    private static void CheckTrigger(IntakeSourceOptions options, TicketHost? host, string place, List<string> faults)
    {
        IntakeTriggerOptions trigger = options.Trigger;
        if (host is TicketHost.GitHub && trigger is { Label: null, Command: null })
        {
            faults.Add($"{place}:Trigger in settings.json says nothing that asks for a run: give Label, as in orchestrate, or Command, as in /orchestrator run.");
        }

        if (host is TicketHost.Jira or TicketHost.AzureDevOps && trigger is not { Label: not null, Command: null })
        {
            faults.Add($"{place}:Trigger in settings.json must have a Label, and no Command: comments of {options.Kind} ask for nothing.");
        }

        if (host is TicketHost.Generic && trigger is not { Label: null, Command: null })
        {
            faults.Add($"{place}:Trigger in settings.json: what a generic source sends asks for a run by itself; leave Label and Command out.");
        }

        if (host is not null and not TicketHost.GitHub && trigger.Authors.Count == 0)
        {
            faults.Add($"{place}:Trigger:Authors in settings.json is empty; name who may ask for runs.");
        }

        if (host is not TicketHost.GitHub && trigger.Associations.Count > 0)
        {
            faults.Add($"{place}:Trigger:Associations in settings.json is for github; leave it out.");
        }

        if (trigger.Command is { } command && (command.Trim() != command || command.Length is 0 or > 100 || command.Any(char.IsControl)))
        {
            faults.Add($"{place}:Trigger:Command in settings.json must be 1 to 100 characters of one line, as in /orchestrator run.");
        }

        if (trigger.Label is { } label && string.IsNullOrWhiteSpace(label))
        {
            faults.Add($"{place}:Trigger:Label in settings.json is empty; name a label, as in orchestrate.");
        }
    }

    private static void CheckApi(IntakeApiOptions? api, TicketHost? host, string place, List<string> faults)
    {
        bool isNeeded = host is TicketHost.Jira or TicketHost.AzureDevOps;
        if (api is null && isNeeded)
        {
            faults.Add($"{place}:Api in settings.json is missing: tickets are read again from there; give Url and TokenEnv.");
        }

        if (api is not null && host is TicketHost.Generic)
        {
            faults.Add($"{place}:Api in settings.json is not for generic sources; leave it out.");
        }

        if (api is not null && (api.Url is not { IsAbsoluteUri: true } url || !(url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)) || url.Query.Length > 0))
        {
            faults.Add($"{place}:Api:Url in settings.json must begin with https://, as in https://acme.atlassian.net: a token is sent there.");
        }

        if (api is not null && !SecretVariables.IsName(api.TokenEnv))
        {
            faults.Add($"{place}:Api:TokenEnv in settings.json must be the name of an environment variable, as in JIRA_TOKEN.");
        }
    }

    private static void CheckTransitions(IntakeSourceOptions options, TicketHost? host, string place, List<string> faults)
    {
        if (options.Transitions is not { } states)
        {
            return;
        }

        string?[] all = [states.Started, states.Accepted, states.Failed];
        if (host is TicketHost.Generic)
        {
            faults.Add($"{place}:Transitions in settings.json is not for generic sources; leave it out.");
        }

        if (all.All(state => state is null) || all.Any(state => state is not null && (state.Trim() != state || state.Length is 0 or > 100 || state.Any(char.IsControl))))
        {
            faults.Add($"{place}:Transitions in settings.json must name a state in Started, Accepted or Failed, each of 1 to 100 characters, as in In Progress.");
        }

        if (host is TicketHost.GitHub && options.Trigger.Label is { } label && all.Contains(label, StringComparer.OrdinalIgnoreCase))
        {
            faults.Add($"{place}:Transitions in settings.json: '{label}' is the label that asks for runs; name others.");
        }
    }

    private static Dictionary<string, WorkspaceSource> ReadRepositories(IntakeSourceOptions options, string place, List<string> faults)
    {
        if (options.Repositories.Count == 0)
        {
            faults.Add($"{place}:Repositories in settings.json is empty; name those whose tickets count, with the Source of their files.");
        }

        foreach ((string name, IntakeWorkspaceOptions workspace) in options.Repositories)
        {
            if (!Path.IsPathRooted(workspace.Source))
            {
                faults.Add($"{place}:Repositories:{name}:Source in settings.json: '{workspace.Source}' must be the absolute path of a git repository's folder.");
            }
        }

        return options.Repositories.ToDictionary(one => one.Key, one => new WorkspaceSource(one.Value.Source, one.Value.Ref), StringComparer.OrdinalIgnoreCase);
    }

    private static TicketTemplate? ReadTemplate(IntakeSourceOptions options, string place, DataFolder data, List<string> faults)
    {
        if (string.IsNullOrWhiteSpace(options.Template))
        {
            faults.Add($"{place}:Template in settings.json is missing; name the task file that a ticket fills.");
            return null;
        }

        try
        {
            return TicketTemplate.Read(Path.GetFullPath(options.Template, data.Root));
        }
        catch (TaskFileException failure)
        {
            faults.Add($"{place}:Template in settings.json: {failure.Message}");
            return null;
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
