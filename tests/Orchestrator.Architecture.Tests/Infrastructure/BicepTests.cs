using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orchestrator.Architecture.Tests.Infrastructure;

/// <summary>What is deployed to Azure, built and linted by Bicep's own compiler.</summary>
public sealed partial class BicepTests
{
    private static readonly string[] Files =
        [.. Repository.Paths.Where(path => path.StartsWith("infra/", StringComparison.Ordinal) && path.EndsWith(".bicep", StringComparison.Ordinal))];

    public static TheoryData<string> AllFiles => [.. Files];

    [Theory]
    [MemberData(nameof(AllFiles))]
    public async Task File_BuildsWithoutAWarning(string path)
    {
        (int exitCode, string template, string said) = await BuildAsync(path);

        Assert.Equal((0, string.Empty), (exitCode, said));
        Assert.NotEqual(0, JsonDocument.Parse(template).RootElement.GetProperty("resources").GetRawText().Length);
    }

    /// <summary>The linter is there and strict: it says what is wrong with this.</summary>
    [Fact]
    public async Task ParameterThatNothingUses_IsAnError()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("bicep-");
        try
        {
            File.Copy(Repository.FullPath("infra/bicepconfig.json"), Path.Combine(folder.FullName, "bicepconfig.json"));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "wrong.bicep"), "param nobody string\n");

            (int exitCode, _, string said) = await BuildAsync(Path.Combine(folder.FullName, "wrong.bicep"));

            Assert.Equal(1, exitCode);
            Assert.Contains("Error no-unused-params", said, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Modules_AreAllComposedByMain()
    {
        string[] composed = [.. Module().Matches(Repository.Read("infra/main.bicep")).Select(match => $"infra/{match.Groups[1].Value}").Order(StringComparer.Ordinal)];

        Assert.Equal(Files.Where(path => path != "infra/main.bicep"), composed);
    }

    [Fact]
    public async Task Parameters_AreThoseOfMain()
    {
        (_, string template, _) = await BuildAsync("infra/main.bicep");
        JsonElement declared = JsonDocument.Parse(template).RootElement.GetProperty("parameters");
        JsonElement given = JsonDocument.Parse(Repository.Read("infra/main.parameters.json")).RootElement.GetProperty("parameters");

        Assert.Empty(given.EnumerateObject().Select(parameter => parameter.Name).Except(declared.EnumerateObject().Select(parameter => parameter.Name)));
        Assert.Empty(declared.EnumerateObject()
            .Where(parameter => !parameter.Value.TryGetProperty("defaultValue", out _)).Select(parameter => parameter.Name)
            .Except(given.EnumerateObject().Select(parameter => parameter.Name)));
    }

    /// <summary>Identity only: no module asks Azure for a key, or takes a password.</summary>
    [Fact]
    public void Infrastructure_HoldsNoKeysAndNoPasswords()
    {
        string[] found =
        [
            .. from path in Files
               from match in Keys().Matches(Repository.Read(path))
               select $"{path}: {match.Value}",
        ];

        Assert.Empty(found);
    }

    [Theory]
    [InlineData("infra/app/storage.bicep", "allowSharedKeyAccess: false")]
    [InlineData("infra/app/storage.bicep", "allowBlobPublicAccess: false")]
    [InlineData("infra/app/storage.bicep", "minimumTlsVersion: 'TLS1_2'")]
    [InlineData("infra/app/postgres.bicep", "passwordAuth: 'Disabled'")]
    [InlineData("infra/app/postgres.bicep", "publicNetworkAccess: 'Disabled'")]
    [InlineData("infra/app/registry.bicep", "adminUserEnabled: false")]
    [InlineData("infra/app/vault.bicep", "enableRbacAuthorization: true")]
    [InlineData("infra/app/monitoring.bicep", "DisableLocalAuth: true")]
    [InlineData("infra/app/functions.bicep", "minTlsVersion: '1.2'")]
    [InlineData("infra/app/tool-hosts.bicep", "disablePasswordAuthentication: true")]
    public void Resource_IsClosed(string path, string setting) => Assert.Contains(setting, Repository.Read(path), StringComparison.Ordinal);

    /// <returns>How the compiler ended, the template, and what it said.</returns>
    private static async Task<(int ExitCode, string Template, string Said)> BuildAsync(string path)
    {
        string compiler = typeof(BicepTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(fact => fact.Key == "Bicep").Value!;
        if (!OperatingSystem.IsWindows())
        {
            // A package holds no permissions.
            File.SetUnixFileMode(compiler, File.GetUnixFileMode(compiler) | UnixFileMode.UserExecute);
        }

        using Process bicep = Process.Start(new ProcessStartInfo(compiler, ["build", Repository.FullPath(path), "--stdout"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" },
        })!;
        Task<string> said = bicep.StandardError.ReadToEndAsync();
        string template = await bicep.StandardOutput.ReadToEndAsync();
        await bicep.WaitForExitAsync();
        return (bicep.ExitCode, template, (await said).Trim());
    }

    [GeneratedRegex(@"^module \w+ '([^']+)'", RegexOptions.Multiline)]
    private static partial Regex Module();

    [GeneratedRegex(@"\blist(Keys|Secrets|Credentials|AccountSas|ServiceSas)\b|\badminPassword\b|\badministratorLoginPassword\b|\bAccountKey=|\bSharedAccessKey", RegexOptions.IgnoreCase)]
    private static partial Regex Keys();
}
