using System.Diagnostics;
using System.Text.Json;

namespace Orchestrator.Cli.Tests.Checking;

public sealed class DoctorVerbTests
{
    [Fact]
    public async Task MachineOfTheTests_LacksNothingThatARunNeeds()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();

        using OrchestratorProcess doctor = await example.VerbAsync("doctor", "--json");

        Assert.True(doctor.ExitCode == 0, doctor.Output);
        JsonElement[] findings = [.. doctor.Json.GetProperty("findings").EnumerateArray()];
        Assert.Equal(["sandbox", "limits", "network", "git", "display", "store", "payloads", "hub", "provider", "provider", "provider", "landing", "landing"], findings.Select(finding => finding.GetProperty("subject").GetString()));
        Assert.All(findings, finding => Assert.True(finding.GetProperty("isUsable").GetBoolean() || !finding.GetProperty("isNeeded").GetBoolean()));
        Assert.Contains("MiB of memory and 4096 processes", findings[1].GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SharedCaches_AreNamed()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        string cache = Directory.CreateDirectory(Path.Combine(example.Path, "cache")).FullName;
        Directory.CreateDirectory(example.Data);
        await File.WriteAllTextAsync(
            Path.Combine(example.Data, "settings.json"), $$"""{ "Sandbox": { "Caches": [{ "Folder": "{{cache}}", "At": "~/.npm", "ReadOnly": true }] } }""");

        using OrchestratorProcess doctor = await example.VerbAsync("doctor");

        Assert.Contains($"{cache} is shared by all runs at ~/.npm, read-only", doctor.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_command_finds_is_shown_with_the_operators_folders_first()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        string tools = Path.Combine(example.Path, "tools", "bin");
        Directory.CreateDirectory(tools);
        await File.WriteAllTextAsync(Path.Combine(tools, "cargo"), "#!/bin/sh\necho cargo 7.8.9\necho more\n");
        using (Process executable = Process.Start("chmod", ["755", Path.Combine(tools, "cargo")]))
        {
            await executable.WaitForExitAsync();
        }

        Directory.CreateDirectory(example.Data);
        await File.WriteAllTextAsync(
            Path.Combine(example.Data, "settings.json"), $$"""{ "Sandbox": { "Toolchains": ["{{Path.Combine(example.Path, "tools")}}"] } }""");

        using OrchestratorProcess doctor = await example.VerbAsync("doctor", "--json");
        using OrchestratorProcess told = await example.VerbAsync("doctor");

        JsonElement programs = doctor.Json.GetProperty("programs");
        Assert.StartsWith(tools + ":", programs.GetProperty("path").GetString(), StringComparison.Ordinal);
        JsonElement cargo = programs.GetProperty("found").EnumerateArray().Single(program => program.GetProperty("name").GetString() == "cargo");
        Assert.Equal((Path.Combine(tools, "cargo"), "cargo 7.8.9"), (cargo.GetProperty("path").GetString(), cargo.GetProperty("version").GetString()));
        Assert.Contains(programs.GetProperty("found").EnumerateArray(), program => program.GetProperty("version").GetString()!.StartsWith("git version", StringComparison.Ordinal));
        Assert.Contains($"on PATH {tools}:", told.Output, StringComparison.Ordinal);
        Assert.Contains("Sandbox:Toolchains", told.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoSandbox_DoctorAndRunEndWith5AndTheInstallCommand()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        Directory.CreateDirectory(example.Data);
        await File.WriteAllTextAsync(Path.Combine(example.Data, "settings.json"), """{ "Sandbox": { "Bubblewrap": "/nowhere/bwrap" } }""");

        using OrchestratorProcess doctor = await example.VerbAsync("doctor");
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        Assert.Equal(5, doctor.ExitCode);
        Assert.Contains("MISSING sandbox", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("apt-get install bubblewrap", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(5, run.ExitCode);
        Assert.Contains("apt-get install bubblewrap", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SettingsThatAreNotJson_EndWith2AndNameTheFile()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        Directory.CreateDirectory(example.Data);
        await File.WriteAllTextAsync(Path.Combine(example.Data, "settings.json"), "{ \"Sandbox\": ");

        using OrchestratorProcess doctor = await example.VerbAsync("doctor");

        Assert.Equal(2, doctor.ExitCode);
        Assert.Contains("settings.json: not valid JSON", doctor.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyThatTheProviderRefuses_EndsWith5()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await using RefusingEndpoint endpoint = await RefusingEndpoint.StartAsync();

        using OrchestratorProcess doctor = await OrchestratorProcess.RunAsync(
            ["doctor", "--data", example.Data], ("OPENAI_API_KEY", "refused-key"), ("OPENAI_BASE_URL", endpoint.BaseUrl));

        Assert.Equal(5, doctor.ExitCode);
        Assert.Contains("MISSING provider", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("refuses the key", doctor.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeclaredProviders_AreShownWithTheBuiltInOnes()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await using RefusingEndpoint endpoint = await RefusingEndpoint.StartAsync();
        await example.DeclareAsync($"- {{ name: local, dialect: chat, baseUrl: '{endpoint.BaseUrl}', keyEnv: LOCAL_KEY, models: [{{ id: qwen3, window: 32000 }}] }}\n");

        using OrchestratorProcess without = await example.VerbAsync("doctor");
        using OrchestratorProcess refused = await OrchestratorProcess.RunAsync(["doctor", "--data", example.Data], ("LOCAL_KEY", "refused-key"));

        Assert.Equal(0, without.ExitCode);
        Assert.Contains("anthropic (claude-opus-4-7): ANTHROPIC_API_KEY is not set", without.Output, StringComparison.Ordinal);
        Assert.Contains("local (local/qwen3): LOCAL_KEY is not set", without.Output, StringComparison.Ordinal);
        Assert.Equal(5, refused.ExitCode);
        Assert.Contains("refuses the key", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProvidersFileWithAMistake_EndsWith2AndNamesTheLine()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await example.DeclareAsync("- name: local\n  dialect: soap\n");

        using OrchestratorProcess doctor = await example.VerbAsync("doctor");
        using OrchestratorProcess run = await example.VerbAsync("run", example.Task, "--json");

        Assert.Equal((2, 2), (doctor.ExitCode, run.ExitCode));
        Assert.Contains("providers.yaml:2: 'providers[0].dialect' must be one of responses, messages, chat; it is 'soap'.", doctor.Error, StringComparison.Ordinal);
    }
}
