using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Cli.Functions;

/// <summary>The files by which the Functions host finds us and our functions.</summary>
internal static class FunctionPackage
{
    private const string HostResource = "host.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <returns>How many functions there are.</returns>
    public static async Task<int> WriteAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await using (Stream host = typeof(FunctionPackage).Assembly.GetManifestResourceStream(HostResource)!)
        await using (FileStream file = File.Create(Path.Combine(folder, HostResource)))
        {
            await host.CopyToAsync(file, cancellationToken);
        }

        int written = 0;
        foreach ((string name, JsonObject description) in FunctionCatalogue.Describe())
        {
            string function = Path.Combine(folder, name);
            Directory.CreateDirectory(function);
            await File.WriteAllTextAsync(Path.Combine(function, "function.json"), description.ToJsonString(Indented) + "\n", cancellationToken);
            written++;
        }

        return written;
    }
}
