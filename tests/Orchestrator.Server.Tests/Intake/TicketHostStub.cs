using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Tests.Intake;

/// <summary>Stands in for Jira and Azure DevOps: answers what was put there, to who shows the token, and notes everything it is asked.</summary>
internal sealed class TicketHostStub : IAsyncDisposable
{
    private readonly WebApplication _application;

    private TicketHostStub(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.First());

    /// <summary>Answers by path; anything else is 404.</summary>
    public ConcurrentDictionary<string, string> Answers { get; } = new();

    /// <summary>Each path with its query, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public static async Task<TicketHostStub> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        var stub = new TicketHostStub(application);
        application.Run(stub.AnswerAsync);
        await application.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        Asked.Enqueue($"{context.Request.Path}{context.Request.QueryString}");
        string[] known = [.. new[] { "bot@acme.example", string.Empty }.Select(user =>
            "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:a token of the ticket system")))];
        context.Response.StatusCode = !known.Contains(context.Request.Headers.Authorization.ToString()) ? 401 : context.Request.Method != "GET" ? 405 : 404;
        if (context.Response.StatusCode != 404 || !Answers.TryGetValue(context.Request.Path, out string? answer))
        {
            return Task.CompletedTask;
        }

        context.Response.StatusCode = 200;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(answer);
    }
}
