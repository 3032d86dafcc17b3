using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.DurableTask.Client;

/// <summary>How a client writes what it sends.</summary>
public class DurableTaskClientOptions
{
    private DataConverter? _dataConverter;

    /// <summary>The version of orchestrations that are started without one; empty for none.</summary>
    public string DefaultVersion { get; set; } = string.Empty;

    /// <summary>Reads and writes payloads; JSON unless set here or registered as a service.</summary>
    public DataConverter DataConverter
    {
        get => _dataConverter ?? JsonDataConverter.Default;
        set => _dataConverter = value;
    }

    internal void UseConverterOf(IServiceProvider services) => _dataConverter ??= services.GetService<DataConverter>();

    /// <summary>Takes what was set for clients in general and not for this kind of client.</summary>
    internal void FillFrom(DurableTaskClientOptions general)
    {
        _dataConverter ??= general._dataConverter;
        DefaultVersion = string.IsNullOrWhiteSpace(general.DefaultVersion) ? DefaultVersion : general.DefaultVersion;
    }
}
