#pragma warning disable OPENAI001 // The package calls its methods for raw content experimental; its version is pinned.
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>The list of models that both of OpenAI's dialects have.</summary>
internal static class OpenAIModels
{
    public static OpenAIModelClient Connect(Endpoint endpoint, PipelineTransport connections) =>
        new(endpoint.Key, Connection.SendOnce(new OpenAIClientOptions { Endpoint = endpoint.BaseUrl }, connections));
}
