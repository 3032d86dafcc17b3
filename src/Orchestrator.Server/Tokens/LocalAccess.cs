using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Tokens;

/// <summary>The way in for the user who starts a server that nobody else can reach: a generated token, in a file that only that user can read.</summary>
public sealed class LocalAccess
{
    private LocalAccess(string token, string file, string user)
    {
        Token = token;
        File = file;
        Caller = new Caller
        {
            Subject = user,
            Name = user,
            Tenant = TokenCatalogue.LocalTenant,
            Roles = Enum.GetValues<Role>(),
        };
    }

    /// <summary>The token itself.</summary>
    public string Token { get; }

    /// <summary>Where it is kept.</summary>
    public string File { get; }

    internal Caller Caller { get; }

    /// <summary>The file of a data folder.</summary>
    public static string FileIn(string folder) => Path.Combine(folder, "server.token");

    /// <summary>Reads the token of a data folder, and makes it where there is none.</summary>
    public static async Task<LocalAccess> OpenAsync(string folder, string user, CancellationToken cancellationToken)
    {
        string file = FileIn(folder);
        string? token = await TryReadAsync(file, cancellationToken);
        if (token is null)
        {
            token = TokenText.Make();
            System.IO.File.Delete(file);
            var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await using var writer = new StreamWriter(file, create);
            await writer.WriteLineAsync(token.AsMemory(), cancellationToken);
        }

        return new LocalAccess(token, file, user);
    }

    /// <returns>Null where there is no token, or others may have read it.</returns>
    private static async Task<string?> TryReadAsync(string file, CancellationToken cancellationToken)
    {
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!System.IO.File.Exists(file) || (!OperatingSystem.IsWindows() && (System.IO.File.GetUnixFileMode(file) & others) != 0))
        {
            return null;
        }

        string text = (await System.IO.File.ReadAllTextAsync(file, cancellationToken)).Trim();
        return text.StartsWith(TokenText.Prefix, StringComparison.Ordinal) && text.Length == TokenText.Make().Length ? text : null;
    }
}
