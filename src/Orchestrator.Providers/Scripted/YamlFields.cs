using YamlDotNet.RepresentationModel;

namespace Orchestrator.Providers.Scripted;

/// <summary>The keys of one YAML mapping; a key that does not belong there is an error.</summary>
internal sealed class YamlFields
{
    private readonly string _file;
    private readonly Dictionary<string, YamlNode> _values = [];

    /// <exception cref="ScriptException">It is no mapping, or has a key that is not among the allowed ones.</exception>
    public YamlFields(string file, string what, YamlNode node, IReadOnlyList<string> allowed)
    {
        _file = file;
        if (node is not YamlMappingNode mapping)
        {
            throw Wrong(node, what, $"expected is a mapping with {string.Join(", ", allowed)}");
        }

        foreach ((YamlNode key, YamlNode value) in mapping.Children)
        {
            string name = (key as YamlScalarNode)?.Value ?? "";
            if (!allowed.Contains(name))
            {
                throw Wrong(key, name, $"a {what} has no such key; it has {string.Join(", ", allowed)}");
            }

            _values[name] = value;
        }
    }

    public YamlNode? Find(string key) => _values.GetValueOrDefault(key);

    public string Text(string key, YamlNode node) =>
        node is YamlScalarNode { Value: { } text } ? text : throw Wrong(node, key, "expected is a text");

    public ScriptException Wrong(YamlNode node, string key, string why) => new($"{_file}:{node.Start.Line}: {key}: {why}.");
}
