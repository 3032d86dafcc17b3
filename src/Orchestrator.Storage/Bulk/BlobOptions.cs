using System.ComponentModel.DataAnnotations;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Options;

namespace Orchestrator.Storage.Bulk;

/// <summary>Where large payloads are kept instead of in the data folder: a container of Azure Blobs.</summary>
public sealed class BlobOptions
{
    public const string Section = "Payloads:Blobs";

    /// <summary>The container's address; it is used with the identity that the process has in Azure. Null for none.</summary>
    public Uri? ContainerUrl { get; set; }

    /// <summary>Instead of an address: the environment variable that holds the connection string of a storage account.</summary>
    public string? ConnectionVariable { get; set; }

    /// <summary>With a connection string: the container in that account.</summary>
    [Required]
    public string Container { get; set; } = "payloads";

    /// <summary>What the names of this deployment's blobs begin with. Deployments that share a container must not share it.</summary>
    [RegularExpression("^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$", ErrorMessage = "Payloads:Blobs:Tenant holds letters, digits, dashes and underscores only, up to 63 of them.")]
    public string Tenant { get; set; } = "default";

    /// <summary>The longest that one attempt may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is tried again; the pauses between grow from a second to ten.</summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 5;

    /// <summary>
    /// Keeps there what others need of runs' files as well - snapshots, trusted git folders, patches and reports -, so that machines share no
    /// data folder.
    /// </summary>
    public bool RunFiles { get; set; }

    /// <summary>What the variable holds: set by whoever reads the environment.</summary>
    public string? Connection { get; set; }

    internal bool IsUsed => ContainerUrl is not null || ConnectionVariable is not null;

    /// <summary>Where the files of this deployment's runs are, as a name that is the same in all its processes.</summary>
    internal string FilesPlace => $"{(ContainerUrl ?? new BlobContainerClient(Connection, Container).Uri).AbsoluteUri.TrimEnd('/')}/{Tenant}";
}

[OptionsValidator]
internal sealed partial class BlobOptionsValidator : IValidateOptions<BlobOptions>;

/// <summary>What of the options must fit together.</summary>
internal sealed class BlobAddressValidator : IValidateOptions<BlobOptions>
{
    public ValidateOptionsResult Validate(string? name, BlobOptions options) => options switch
    {
        { ContainerUrl: not null, ConnectionVariable: not null } =>
            Fail("ContainerUrl", "and ConnectionVariable name two places: leave one of them out."),
        { ContainerUrl: { } url } when !url.IsAbsoluteUri || url.Scheme != Uri.UriSchemeHttps || url.Query.Length > 0 || url.AbsolutePath.Trim('/').Length == 0 =>
            Fail("ContainerUrl", $"is '{url.OriginalString.Split('?')[0]}'; it must be the https address of a container without a query, as in https://ACCOUNT.blob.core.windows.net/payloads."),
        { ConnectionVariable: { } variable, Connection: null or "" } =>
            Fail("ConnectionVariable", $"names the environment variable {variable}, which is not set."),
        { RunFiles: true, IsUsed: false } =>
            Fail("RunFiles", "is true, and there is no container: name it by ContainerUrl or ConnectionVariable."),
        _ => ValidateOptionsResult.Success,
    };

    private static ValidateOptionsResult Fail(string key, string fault) => ValidateOptionsResult.Fail($"{BlobOptions.Section}:{key} {fault}");
}
