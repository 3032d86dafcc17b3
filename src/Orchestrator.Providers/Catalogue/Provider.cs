using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Catalogue;

/// <summary>A company or server that answers for models: one that the catalogue knows, or one that this deployment declares.</summary>
internal sealed record Provider
{
    public required string Name { get; init; }

    public required Dialect Dialect { get; init; }

    /// <summary>An absolute http or https URL.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The environment variable that replaces <see cref="BaseUrl"/>; null if there is none.</summary>
    public string? BaseUrlVariable { get; init; }

    /// <summary>The environment variable that holds the key; null for an endpoint that wants none.</summary>
    public string? KeyVariable { get; init; }

    /// <summary>The header that carries the key; in <c>Authorization</c> it is a bearer token.</summary>
    public string KeyHeader { get; init; } = "Authorization";

    public required IReadOnlyList<ListedModel> Models { get; init; }

    /// <summary>This deployment declares it: its models are asked for as <c>NAME/ID</c>.</summary>
    public bool IsDeclared { get; init; }
}

/// <summary>A model that can be asked.</summary>
internal sealed record ListedModel
{
    public required string Id { get; init; }

    /// <summary>Dated ids of the same model.</summary>
    public IReadOnlyList<string> Snapshots { get; init; } = [];

    /// <summary>Tokens that fit in one request, answer included.</summary>
    public required int Window { get; init; }

    /// <summary>Null if nobody said them: the model then refuses a dollar budget.</summary>
    public ModelPrices? Prices { get; init; }

    public ModelCapabilities Capabilities { get; init; } = ModelCapabilities.Default;
}
