using System.Buffers;
using System.Text;

namespace Orchestrator.Agent.Secrets;

/// <summary>
/// Strikes secrets out of what commands and files say, before a model, a store or a person sees it: the deployment's own by their values,
/// others by how they are written. It stops accidents; a command that encodes on purpose is stopped by there being no secret in the sandbox.
/// </summary>
public sealed class Redactor(IEnumerable<ISecretSource> sources)
{
    private readonly Lock _lock = new();
    private Search? _search;

    /// <summary>The same bytes, if there is nothing to strike out.</summary>
    public ReadOnlyMemory<byte> Redact(ReadOnlyMemory<byte> text)
    {
        string latin = Encoding.Latin1.GetString(text.Span);
        string redacted = Current().Redact(latin);
        return ReferenceEquals(redacted, latin) ? text : Encoding.Latin1.GetBytes(redacted);
    }

    /// <summary>What kinds of secrets a text holds, each once, in the order of their places.</summary>
    public IReadOnlyList<string> Find(string text) =>
        [.. Current().Find(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text))).Select(secret => secret.Name).Distinct()];

    public string Redact(string text) => Encoding.UTF8.GetString(Redact(Encoding.UTF8.GetBytes(text)).Span);

    /// <summary>Keys change while a worker runs; what is looked for is made anew only then.</summary>
    private Search Current()
    {
        RegisteredSecret[] known = [.. sources.SelectMany(source => source.Read()).Where(secret => secret.Value.Length >= RegisteredSecret.LeastLength)];
        lock (_lock)
        {
            return _search is { } search && search.IsFor(known) ? search : _search = new Search(known);
        }
    }

    /// <summary>All that is looked for, in one pass.</summary>
    private sealed class Search
    {
        private readonly RegisteredSecret[] _known;
        private readonly SearchValues<string> _anchors;

        /// <summary>By the first character: the longest form first, so that what stands in place names the whole.</summary>
        private readonly ILookup<char, (string Form, string Name)> _forms;

        private readonly ILookup<char, SecretFormat> _formats = SecretFormats.All.ToLookup(format => format.Anchor[0]);

        public Search(RegisteredSecret[] known)
        {
            _known = known;
            (string Form, string Name)[] forms = [.. known.SelectMany(secret => SecretForms.Of(secret.Value).Select(form => (form, secret.Name)))];
            _forms = forms.OrderByDescending(form => form.Form.Length).ToLookup(form => form.Form[0]);
            _anchors = SearchValues.Create(
                [.. forms.Select(form => form.Form).Concat(SecretFormats.All.Select(format => format.Anchor)).Distinct(StringComparer.Ordinal)],
                StringComparison.Ordinal);
        }

        public bool IsFor(RegisteredSecret[] known) =>
            known.Length == _known.Length && known.Zip(_known).All(pair => pair.First.Name == pair.Second.Name && pair.First.Value == pair.Second.Value);

        /// <param name="text">Bytes, each as one character.</param>
        public string Redact(string text)
        {
            StringBuilder? redacted = null;
            int written = 0;
            foreach ((int from, int to, string name) in Find(text))
            {
                redacted ??= new StringBuilder(text.Length);
                redacted.Append(text, written, from - written).Append($"[secret: {name}]");
                written = to;
            }

            return redacted is null ? text : redacted.Append(text, written, text.Length - written).ToString();
        }

        /// <summary>The secrets in order; none begins within another.</summary>
        public IEnumerable<(int From, int To, string Name)> Find(string text)
        {
            int end = 0;
            for (int from = 0; text.AsSpan(from).IndexOfAny(_anchors) is var found and >= 0;)
            {
                int at = from + found;
                from = at + 1;
                if (Find(text, at, end) is { } secret)
                {
                    yield return secret;
                    from = end = secret.To;
                }
            }
        }

        private (int From, int To, string Name)? Find(string text, int at, int written)
        {
            foreach ((string form, string name) in _forms[text[at]])
            {
                if (text.AsSpan(at).StartsWith(form, StringComparison.Ordinal))
                {
                    return (at, at + form.Length, name);
                }
            }

            foreach (SecretFormat format in _formats[text[at]])
            {
                if (text.AsSpan(at).StartsWith(format.Anchor, StringComparison.Ordinal) && format.Find(text, at) is { } secret && secret.From >= written)
                {
                    return (secret.From, secret.To, format.Name);
                }
            }

            return null;
        }
    }
}
