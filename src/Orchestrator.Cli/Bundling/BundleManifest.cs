namespace Orchestrator.Cli.Bundling;

/// <summary>What a bundle holds, so that a file of it that was changed shows.</summary>
/// <param name="Format">The version of the bundle's layout.</param>
/// <param name="Product">The version of the product that made it.</param>
/// <param name="RunId">The run.</param>
/// <param name="AuditEnd">The end of the audit when it was made, as <c>audit verify --head</c> takes it; null if it was empty.</param>
/// <param name="Files">All files but the manifest.</param>
internal sealed record BundleManifest(int Format, string Product, string RunId, string? AuditEnd, IReadOnlyList<BundledFile> Files)
{
    public const int CurrentFormat = 1;

    public const string Name = "manifest.json";
}

/// <summary>One file of a bundle.</summary>
/// <param name="Sha256">Of its content, in lower-case hex.</param>
internal sealed record BundledFile(string Name, long Length, string Sha256);
