using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Guards;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Tasks;

/// <summary>A run that a task has become.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Warnings">What lint says of the task; the run goes on all the same.</param>
internal sealed record SubmittedTask(string RunId, IReadOnlyList<LintFinding> Warnings);

/// <summary>Takes tasks in.</summary>
internal sealed class TaskEndpoints(RunClient client, SourceRules sources)
{
    public static void Map(IEndpointRouteBuilder api) => api
        .MapPost("/tasks", (HttpContext context, Caller caller, TaskEndpoints endpoints, [FromHeader(Name = WriteKey.Header)] string? key, [FromQuery] string? file) =>
            endpoints.SubmitAsync(context, caller, key, file))
        .Accepts<JsonObject>("application/json", "application/yaml", "application/x-yaml", "text/yaml")
        .WithName("SubmitTask").WithTags("Tasks")
        .WithSummary("Stores a task (docs/task-file.md, as JSON or YAML) as a run. With an Idempotency-Key a repetition gives the same run. "
            + "Relative paths in it lead from the folder of 'file', an absolute path of the server's machine; without it they must be absolute.");

    private async Task<Results<Created<SubmittedTask>, ProblemHttpResult>> SubmitAsync(HttpContext context, Caller caller, string? key, string? file)
    {
        string text = await ReadAsync(context.Request, context.RequestAborted);
        if (file is not null && (!Path.IsPathRooted(file) || file.Any(char.IsControl)))
        {
            return Problem.Invalid("'file' is no absolute path.", "Send the task file's absolute path on the server's machine, or leave it out.");
        }

        AgentTask task = TaskFileReader.Parse(text, file ?? TaskFileReader.Nowhere);
        if (sources.FaultOf(task) is { } fault)
        {
            return Problem.Invalid(fault, SourceRules.Fix);
        }

        var submission = SubmissionKey.Of(caller.Tenant, caller.Subject, key, file is null ? [text] : ["task", file, text]);
        StoredSubmission stored = await client.SubmitOnceAsync(task, submission, context.RequestAborted);
        return stored.IsSame
            ? TypedResults.Created($"/api/v1/runs/{stored.RunId}", new SubmittedTask(stored.RunId, TaskLint.Check(task)))
            : Problem.Conflict($"Another task was submitted with this {WriteKey.Header}, as run {stored.RunId}.", "Send another key with another task.");
    }

    private static async Task<string> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(request.Body, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (DecoderFallbackException failure)
        {
            throw new BadHttpRequestException("The body is not UTF-8.", failure);
        }
    }
}
