using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Server.Tests;

/// <summary>A small project with a task over it, as programs submit one.</summary>
internal sealed class TestTask : IDisposable
{
    private TestTask(string folder, string body)
    {
        Folder = folder;
        Body = body;
    }

    public string Folder { get; }

    /// <summary>What is submitted.</summary>
    public string Body { get; }

    public static Task<TestTask> CreateAsync(string final = "auto", int workingTurns = 1) => CreateAsync(
        string.Concat(Enumerable.Range(1, workingTurns)
            .Select(turn => $"- {{ text: I write it., delay: 0.3, calls: [{{ tool: bash, arguments: {{ command: \"echo done {turn} > result.txt\" }} }}] }}\n"))
            + "- { text: It is done. }\n",
        final);

    /// <param name="turns">The scripted model's turns; the word done in result.txt is what is wanted of them.</param>
    /// <param name="final">Who looks at the diff.</param>
    public static async Task<TestTask> CreateAsync(string turns, string final)
    {
        string folder = Directory.CreateTempSubdirectory("orchestrator-task-").FullName;
        string project = Path.Combine(folder, "project");
        Directory.CreateDirectory(project);
        await File.WriteAllTextAsync(Path.Combine(project, "README.md"), "A result is wanted.\n");
        await GitAsync(project, "init", "--quiet", "--initial-branch=main");
        await GitAsync(project, "add", "--all");
        await GitAsync(project, "-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message", "start");
        string script = Path.Combine(folder, "script.yaml");
        await File.WriteAllTextAsync(script, turns);
        return new TestTask(folder, JsonSerializer.Serialize(new
        {
            name = "small",
            objective = "Write the word done into result.txt, so that `grep -q done result.txt` ends with 0.",
            workspace = new { source = project },
            success = new[] { new { name = "result", run = "grep -q done result.txt" } },
            checkpoints = new { final },
            model = new { route = "scripted:" + script },
        }));
    }

    /// <summary>Submits it.</summary>
    /// <returns>The run's id.</returns>
    public async Task<string> SubmitAsync(HttpClient client, string? key = null)
    {
        using HttpResponseMessage response = await SendAsync(client, key);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Created, text);
        using JsonDocument answer = JsonDocument.Parse(text);
        return answer.RootElement.GetProperty("runId").GetString()!;
    }

    public async Task<HttpResponseMessage> SendAsync(HttpClient client, string? key, string? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tasks") { Content = new StringContent(body ?? Body, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await client.SendAsync(request);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static async Task GitAsync(string folder, params string[] arguments)
    {
        using Process git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = folder })!;
        await git.WaitForExitAsync();
        Assert.Equal(0, git.ExitCode);
    }
}
