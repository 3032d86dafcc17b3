using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Azure.Core;
using Azure.Identity;

namespace Orchestrator.Cli.Hosting;

/// <summary>How a Durable Task Scheduler is reached, as its connection strings say it.</summary>
/// <param name="Endpoint">The service.</param>
/// <param name="TaskHub">The hub there.</param>
/// <param name="Credential">What tokens are asked of; null for the emulator, which asks for none.</param>
internal sealed record SchedulerConnection(Uri Endpoint, string TaskHub, TokenCredential? Credential)
{
    private static readonly string[] Known =
        ["Endpoint", "TaskHub", "Authentication", "ClientID", "TenantId", "TokenFilePath", "AdditionallyAllowedTenants"];

    /// <summary>Whether a text means to be a connection string rather than an address.</summary>
    public static bool IsOne(string text) => text.Contains("Endpoint=", StringComparison.OrdinalIgnoreCase);

    /// <summary>How clients and workers of this program name themselves to the service.</summary>
    public static string UserAgent(string role) =>
        $"orchestrator/{typeof(SchedulerConnection).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version} ({role})";

    /// <exception cref="BadInputException">It is none.</exception>
    public static SchedulerConnection Read(string text)
    {
        DbConnectionStringBuilder parts;
        try
        {
            parts = new DbConnectionStringBuilder { ConnectionString = text };
        }
        catch (ArgumentException failure)
        {
            throw Bad($"is not a connection string: {failure.Message}");
        }

        if (parts.Keys.Cast<string>().FirstOrDefault(key => !Known.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
        {
            throw Bad($"has the key '{unknown}'; known ones are {string.Join(", ", Known)}.");
        }

        string endpoint = Find(parts, "Endpoint") ?? throw Bad("lacks Endpoint=.");
        string hub = Find(parts, "TaskHub") ?? throw Bad("lacks TaskHub=.");
        string authentication = Find(parts, "Authentication") ?? throw Bad("lacks Authentication=, as in ManagedIdentity, or None for the emulator.");
        if (!Uri.TryCreate(endpoint.Contains("://", StringComparison.Ordinal) ? endpoint : $"https://{endpoint}", UriKind.Absolute, out Uri? address)
            || address.Scheme is not ("http" or "https"))
        {
            throw Bad($"has the Endpoint '{endpoint}', which is no http or https address.");
        }

        TokenCredential? credential = CredentialOf(authentication, parts);
        return credential is not null && address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback
            ? throw Bad($"would send a token to {address} in the clear; its Endpoint must be https.")
            : new SchedulerConnection(address, hub, credential);
    }

    private static TokenCredential? CredentialOf(string authentication, DbConnectionStringBuilder parts)
    {
        string? client = Find(parts, "ClientID");
        string? tenant = Find(parts, "TenantId");
        string[] others = Find(parts, "AdditionallyAllowedTenants")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        switch (authentication.ToUpper(CultureInfo.InvariantCulture))
        {
            case "NONE":
                return null;
            case "DEFAULTAZURE":
                var any = new DefaultAzureCredentialOptions { TenantId = tenant, ManagedIdentityClientId = client, WorkloadIdentityClientId = client };
                AddAll(others, any.AdditionallyAllowedTenants);
                return new DefaultAzureCredential(any);
            case "MANAGEDIDENTITY":
                return new ManagedIdentityCredential(client is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(client));
            case "WORKLOADIDENTITY":
                var workload = new WorkloadIdentityCredentialOptions();
                workload.ClientId = client ?? workload.ClientId;
                workload.TenantId = tenant ?? workload.TenantId;
                workload.TokenFilePath = Find(parts, "TokenFilePath") ?? workload.TokenFilePath;
                AddAll(others, workload.AdditionallyAllowedTenants);
                return new WorkloadIdentityCredential(workload);
            case "ENVIRONMENT":
                return new EnvironmentCredential();
            case "AZURECLI":
                return new AzureCliCredential(new AzureCliCredentialOptions { TenantId = tenant });
            case "AZUREPOWERSHELL":
                return new AzurePowerShellCredential(new AzurePowerShellCredentialOptions { TenantId = tenant });
            default:
                throw Bad($"asks for Authentication '{authentication}'; a process without a screen can use DefaultAzure, ManagedIdentity, WorkloadIdentity, Environment, AzureCli, AzurePowerShell or None.");
        }
    }

    private static void AddAll(IEnumerable<string> tenants, IList<string> to)
    {
        foreach (string tenant in tenants)
        {
            to.Add(tenant);
        }
    }

    private static string? Find(DbConnectionStringBuilder parts, string key) =>
        parts.TryGetValue(key, out object? value) && value.ToString() is { Length: > 0 } text ? text : null;

    private static BadInputException Bad(string fault) => new($"--hub: the connection string {fault}");
}
