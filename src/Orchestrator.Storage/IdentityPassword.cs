using Azure.Core;
using Azure.Identity;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>The password of who signs in to Azure Database for PostgreSQL by the identity of its process: a token.</summary>
/// <remarks>The scope is that of https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-configure-sign-in-azure-ad-authentication.</remarks>
/// <param name="clientId">Of a managed identity; null for the one that the environment names.</param>
internal sealed class IdentityPassword(string? clientId)
{
    private static readonly TokenRequestContext Scope = new(["https://ossrdbms-aad.database.windows.net/.default"]);

    // It keeps a token until shortly before its end.
    private readonly DefaultAzureCredential _credential = clientId is null
        ? new()
        : new(new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId, WorkloadIdentityClientId = clientId });

    /// <exception cref="DatabaseException">The identity gets none.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _credential.GetTokenAsync(Scope, cancellationToken)).Token;
        }
        catch (AuthenticationFailedException failure)
        {
            throw new DatabaseException(
                DatabaseFailure.Unreachable, $"{RunDatabaseOptions.Section}:{nameof(RunDatabaseOptions.ShowsIdentity)}: this process has no identity to show: {failure.Message}", failure);
        }
    }
}
