using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Tickets;
using Orchestrator.Server.Problems;

namespace Orchestrator.Server.Intake;

/// <summary>
/// Takes deliveries of ticket systems in. What is wrong with a request is said before its source is looked at, a source that isn't there is
/// answered as one whose signature is wrong, and success is said only of what is stored.
/// </summary>
internal sealed class IntakeEndpoints(IEnumerable<Hook> hooks, HookBodies bodies, IntakeSources sources, IIntakeStore store, TimeProvider time)
{
    /// <summary>What is compared with where there is no source, so that it takes as long.</summary>
    private static readonly string[] NobodysKey = [Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))];

    public static void Map(IEndpointRouteBuilder api)
    {
        Map(api, "github", TicketHost.GitHub, "GitHub");
        Map(api, "jira", TicketHost.Jira, "Jira");
        Map(api, "azure-devops", TicketHost.AzureDevOps, "AzureDevOps");
        Map(api, "generic", TicketHost.Generic, "Generic");
    }

    private static void Map(IEndpointRouteBuilder api, string path, TicketHost host, string name) => api
        .MapPost($"/intake/{path}/{{source}}", (string source, HttpContext context, IntakeEndpoints endpoints) => endpoints.ReceiveAsync(host, source, context))
        .AddOpenApiOperationTransformer(DescribeAsync)
        .WithMetadata(new RequestSizeLimitAttribute(HookBodies.MostBytes))
        .WithName($"Receive{name}").WithTags("Intake")
        .WithSummary("Takes a signed delivery of a ticket system in (docs/intake.md). 202: it is stored; 200: it was before.");

    /// <summary>The endpoint reads bytes, so the framework can't tell of which kind; and if it could, it would ask strangers for a token first.</summary>
    private static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } } },
        };
        return Task.CompletedTask;
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (type.Charset.Length == 0 || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private async Task<Results<Accepted<DeliveryView>, Ok<DeliveryView>, ProblemHttpResult>> ReceiveAsync(TicketHost host, string name, HttpContext context)
    {
        if (context.Request.QueryString.HasValue)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "Deliveries have no query: what stands there is in logs.", "Send keys as signatures, and nothing in the address.");
        }

        if (!IsJson(context.Request.ContentType))
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "Deliveries are JSON, and forms with JSON in them are none.", "Have it sent as 'Content-Type: application/json'.");
        }

        Hook hook = hooks.Single(one => one.Host == host);
        ReadOnlyMemory<byte> body = await bodies.ReadAsync(context.Request);
        IntakeSource? source = sources.Find(name) is { } found && found.Host == host ? found : null;
        string[] keys = source is null ? [] : [.. sources.KeysOf(source)];
        if (!hook.IsGenuine(context.Request.Headers, body.Span, keys.Length == 0 ? NobodysKey : keys) || source is null)
        {
            return Problem.NotFound("such source, or it isn't its key that the delivery is signed by", "Look at docs/intake.md for what is signed, and how.");
        }

        try
        {
            IntakeDelivery delivery = Read(hook, source, context.Request.Headers, body);
            return Answer(await store.ReceiveAsync(delivery, context.RequestAborted));
        }
        catch (HookFormatException failure)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, failure.Message, "Send what docs/intake.md describes.");
        }
        catch (IntakeStoreException failure)
        {
            context.Response.Headers.RetryAfter = "30";
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, failure.Message, "Send it again.");
        }
    }

    private IntakeDelivery Read(Hook hook, IntakeSource source, IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = HookJson.Parse(body);
        DateTimeOffset now = time.GetUtcNow();
        HookReading reading = hook.Read(source, headers, document.RootElement, now);
        return new IntakeDelivery
        {
            Source = source.Name,
            Tenant = source.Tenant,
            Team = source.Team,
            SenderId = reading.SenderId,
            BodyHash = HashOf(reading.Event, body.Span),
            Event = reading.Event,
            ReceivedAt = now,
            State = reading.State,
            Reason = reading.Reason,
            Wish = reading.Wish,
            Priority = source.Priority,
        };
    }

    private static string HashOf(string happened, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{happened}\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static Results<Accepted<DeliveryView>, Ok<DeliveryView>, ProblemHttpResult> Answer(Receipt receipt) => receipt.Kind switch
    {
        ReceiptKind.New => TypedResults.Accepted((string?)null, DeliveryView.Of(receipt.Delivery)),
        ReceiptKind.Repeated => TypedResults.Ok(DeliveryView.Of(receipt.Delivery)),
        _ => Problem.Conflict($"Another body has come as {receipt.Delivery.SenderId}.", "Give each delivery its own name."),
    };
}
