using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Client;

/// <summary>Finds among the clients that were added to the services.</summary>
internal sealed class DurableTaskClientProvider(IEnumerable<DurableTaskClientProvider.Entry> entries) : IDurableTaskClientProvider
{
    public DurableTaskClient GetClient(string? name = null)
    {
        name ??= Options.DefaultName;
        return entries.FirstOrDefault(entry => entry.Client.Name == name)?.Client
            ?? throw new ArgumentOutOfRangeException(
                nameof(name), name, $"The clients are: {string.Join(", ", entries.Select(entry => $"'{entry.Client.Name}'"))}.");
    }

    /// <summary>Wraps a client, so that the client's own type stays free for the default one.</summary>
    internal sealed record Entry(DurableTaskClient Client) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Client.DisposeAsync();
    }
}
