using Orchestrator.Agent.Tasks;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Providers.Catalogue;

/// <summary>Reads <c>providers.yaml</c>: the endpoints that a deployment declares, or line by line what is wrong with it.</summary>
internal static class ProvidersFile
{
    /// <param name="path">The file; one that is not there declares nothing.</param>
    /// <exception cref="ProvidersFileException">It can't be read, or is wrong.</exception>
    public static IReadOnlyList<Provider> Read(string path)
    {
        try
        {
            return File.Exists(path) ? Parse(File.ReadAllText(path), Path.GetFileName(path)) : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ProvidersFileException([$"{path}: the file can't be read: {failure.Message}"]);
        }
    }

    /// <param name="text">The file's content.</param>
    /// <param name="file">Its name, as errors give it.</param>
    /// <exception cref="ProvidersFileException">It is wrong.</exception>
    public static IReadOnlyList<Provider> Parse(string text, string file)
    {
        List<string> errors = [];
        Provider[] providers = YamlPlace.Root(text, file, errors) is { } root
            ? [.. ListIn(root).Select(ProviderReading.Read).OfType<Provider>().Select(provider => provider with { IsDeclared = true })]
            : [];
        return errors.Count == 0 ? providers : throw new ProvidersFileException(errors);
    }

    private static IReadOnlyList<YamlPlace> ListIn(YamlPlace root)
    {
        YamlPlace? list = root.Node is YamlSequenceNode
            ? root with { Key = "providers" }
            : root.Children("providers") is { } keys ? ProviderReading.Required(root, keys, "providers", "the list of endpoints") : null;
        if (list is null)
        {
            return [];
        }

        IReadOnlyList<YamlPlace> items = list.Items();
        HashSet<string> names = [.. CatalogueData.BuiltIn.Providers.Select(provider => provider.Name), ModelCatalogue.ScriptedProvider];
        foreach (YamlPlace item in items)
        {
            if (item.Node is YamlMappingNode mapping && mapping.Children.TryGetValue("name", out YamlNode? node)
                && node is YamlScalarNode { Value: { } name } && !names.Add(name.Trim()))
            {
                (item with { Node = node }).Fail($"'{item.Key}.name' is '{name}', which another provider is called; give it a name of its own.");
            }
        }

        return items;
    }
}
