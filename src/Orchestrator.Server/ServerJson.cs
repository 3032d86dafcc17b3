using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Health;

namespace Orchestrator.Server;

/// <summary>How the server reads and writes JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(CallerView))]
[JsonSerializable(typeof(Healthy))]
internal sealed partial class ServerJson : JsonSerializerContext;
