using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Orchestrator.Server.Describing;

/// <summary>An error, as every route answers one.</summary>
/// <param name="Status">The answer's status.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Detail">What is wrong.</param>
/// <param name="Fix">What would do.</param>
internal sealed record ProblemView(int Status, string Title, string Detail, string Fix);

/// <summary>What the OpenAPI document says of all routes alike: who may call them, and how they fail.</summary>
internal static class ApiDescription
{
    private const string Token = "token";
    private const string ProblemSchema = "Problem";

    public static void Configure(OpenApiOptions options) => options
        .AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Orchestrator";
            document.Info.Description = "Durable runs of coding agents: tasks, runs, approvals, steering.";
            document.Components ??= new OpenApiComponents();
            document.AddComponent(Token, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A token of this server ('orchestrator token'), or one of the issuer that people sign in with.",
            });
            return Task.CompletedTask;
        })
        .AddOperationTransformer(async (operation, context, cancellationToken) =>
        {
            context.Document!.AddComponent<IOpenApiSchema>(ProblemSchema, await context.GetOrCreateSchemaAsync(typeof(ProblemView), null, cancellationToken));
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "What is wrong, and what would do.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(ProblemSchema, context.Document) },
                },
            };
            if (!context.Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>().Any())
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, context.Document)] = [] }];
            }
        });
}
