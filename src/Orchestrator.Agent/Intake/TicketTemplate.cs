using System.Text.Json;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.Agent.Intake;

/// <summary>
/// A task file with places that a ticket fills. The file is read before anything is filled in, so a ticket's text is a part of a text and never
/// a key, a command or a rule.
/// </summary>
public sealed class TicketTemplate
{
    /// <summary>Where the quoted ticket comes; once, in the objective.</summary>
    public const string TicketMark = "{{ticket}}";

    /// <summary>Where the ticket's key comes; in the name and the objective.</summary>
    public const string KeyMark = "{{key}}";

    private readonly AgentTask _task;

    private TicketTemplate(AgentTask task) => _task = task;

    /// <exception cref="TaskFileException">The file is no task that a ticket could fill.</exception>
    public static TicketTemplate Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new TaskFileException($"{path}: the template can't be read: {failure.Message}");
        }

        return Parse(text, path);
    }

    /// <param name="text">The file's content.</param>
    /// <param name="path">Its absolute path.</param>
    /// <exception cref="TaskFileException">It is no task that a ticket could fill.</exception>
    public static TicketTemplate Parse(string text, string path)
    {
        AgentTask task = TaskFileReader.ParseDraft(text, path);
        if (task.Objective.Split(TicketMark).Length != 2)
        {
            throw new TaskFileException($"{path}: 'objective' must hold {TicketMark} once: that is where the ticket is quoted.");
        }

        if (task.Success.Count == 0)
        {
            throw new TaskFileException($"{path}: 'success' needs at least one command with 'name' and 'run'.");
        }

        string others = JsonSerializer.Serialize(task with { Name = task.Name.Replace(KeyMark, string.Empty, StringComparison.Ordinal), Objective = string.Empty }, AgentJson.Default.AgentTask);
        return others.Contains(TicketMark, StringComparison.Ordinal) || others.Contains(KeyMark, StringComparison.Ordinal)
            ? throw new TaskFileException($"{path}: {TicketMark} is for 'objective' alone, and {KeyMark} for 'name' and 'objective': elsewhere a ticket could give commands.")
            : new TicketTemplate(task);
    }

    /// <param name="ticket">The ticket.</param>
    /// <param name="text">What it says below its title.</param>
    /// <param name="workspace">The files that it is about.</param>
    public AgentTask Fill(Ticket ticket, string text, WorkspaceSource workspace)
    {
        string[] around = _task.Objective.Replace(KeyMark, TicketText.KeyOf(ticket), StringComparison.Ordinal).Split(TicketMark);
        return _task with
        {
            Name = _task.Name.Replace(KeyMark, TicketText.KeyOf(ticket), StringComparison.Ordinal),
            Objective = $"{around[0]}{TicketText.Quote(ticket, text)}{around[1]}",
            Workspace = workspace,
        };
    }
}
