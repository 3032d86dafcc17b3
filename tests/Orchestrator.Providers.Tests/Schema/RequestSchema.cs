using System.Text.Json;

namespace Orchestrator.Providers.Tests.Schema;

/// <summary>
/// The official description of a request body. It is not part of this repository: it is looked for at the path in
/// <c>RESPONSES_SCHEMA</c>, else beside the repository in <c>../shared/schemas</c>.
/// </summary>
internal sealed class RequestSchema
{
    private static readonly Lazy<RequestSchema?> Found = new(Load);

    private readonly SchemaEvaluator _evaluator;

    private RequestSchema(string path) => _evaluator = new SchemaEvaluator(JsonDocument.Parse(File.ReadAllBytes(path)).RootElement);

    /// <summary>Null where the file is absent.</summary>
    public static RequestSchema? Find() => Found.Value;

    public IReadOnlyList<string> Validate(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        return _evaluator.Validate(document.RootElement, "#/$defs/CreateResponse");
    }

    private static RequestSchema? Load()
    {
        string path = Environment.GetEnvironmentVariable("RESPONSES_SCHEMA") is { Length: > 0 } configured
            ? configured
            : Path.Combine(Repository.Root, "..", "shared", "schemas", "responses.schema.json");
        if (File.Exists(path))
        {
            return new RequestSchema(path);
        }

        Console.Error.WriteLine($"SKIPPED: requests are NOT held against the official schema, which is not at {path}. Set RESPONSES_SCHEMA.");
        return null;
    }
}

/// <summary>A test that means nothing without the official schema.</summary>
internal sealed class SchemaFactAttribute : FactAttribute
{
    public SchemaFactAttribute()
    {
        if (RequestSchema.Find() is null)
        {
            Skip = "SKIPPED: the official schema of requests is not at hand. Set RESPONSES_SCHEMA to its path.";
        }
    }
}
