using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Server.Problems;

/// <summary>Tells failures as problems: those that a caller can mend in their own words, others by a number that is in the log.</summary>
internal sealed class FailureHandler(ILogger<FailureHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            return true; // Nobody reads it.
        }

        ProblemHttpResult told = exception switch
        {
            BadHttpRequestException bad => Problem.Of(bad.StatusCode, Sentence(bad), "/openapi/v1.json says what is expected."),
            JsonException bad => Problem.Of(StatusCodes.Status400BadRequest, bad.Message, "Send JSON as /openapi/v1.json has it."),
            TaskFileException => Problem.Invalid(exception.Message, "Mend the task where the detail says."),
            UnknownModelException => Problem.Invalid(exception.Message, "Name another model under 'model'."),
            ForkException => Problem.Invalid(exception.Message, "Name a turn that the run has taken."),
            RoutingFileException or PolicyFileException or PeopleFileException or EnvironmentException or ProviderException =>
                Problem.Of(StatusCodes.Status503ServiceUnavailable, exception.Message, "Tell the server's operator: 'orchestrator doctor' says what is missing."),
            _ => Unexpected(httpContext, exception),
        };
        await told.ExecuteAsync(httpContext);
        return true;
    }

    private ProblemHttpResult Unexpected(HttpContext context, Exception exception)
    {
        Log.RequestFailed(logger, exception, context.Request.Method, context.Request.Path, context.TraceIdentifier);
        return Problem.Of(
            StatusCodes.Status500InternalServerError,
            $"The server failed at this request ({context.TraceIdentifier}).",
            "Try again; if it stays so, tell the server's operator the number.");
    }

    /// <summary>The framework says on which parameter it failed; what lies below says at which place.</summary>
    private static string Sentence(BadHttpRequestException bad) => bad.InnerException is JsonException json ? json.Message : bad.Message;
}
