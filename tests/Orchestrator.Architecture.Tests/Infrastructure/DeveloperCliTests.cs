using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Architecture.Tests.Infrastructure;

/// <summary><c>azure.yaml</c>, by the rules of the Azure Developer CLI; and the files that it and the images name.</summary>
public sealed partial class DeveloperCliTests
{
    private static readonly string[] Hosts = ["appservice", "containerapp", "function", "springapp", "staticwebapp", "aks"];
    private static readonly string[] Languages = ["dotnet", "csharp", "fsharp", "py", "python", "js", "ts", "java", "go", "docker"];

    private static readonly string[] ProjectHooks =
    [
        .. from verb in (string[])["provision", "infracreate", "infradelete", "up", "down", "deploy", "package", "restore", "build", "publish"]
           from when in (string[])["pre", "post"]
           select when + verb,
    ];

    private static readonly YamlMappingNode Project = Read();

    [Fact]
    public void Name_IsOne() => Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", Text(Project, "name"));

    [Fact]
    public void Infrastructure_IsWhereItSays()
    {
        var infra = (YamlMappingNode)Project["infra"];

        Assert.Equal("bicep", Text(infra, "provider"));
        Assert.Contains($"{Text(infra, "path")}/{Text(infra, "module")}.bicep", Repository.Paths);
        Assert.Contains($"{Text(infra, "path")}/{Text(infra, "module")}.parameters.json", Repository.Paths);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void Service_HasAHostAProjectAndWhatThatHostAllows(string name)
    {
        var service = (YamlMappingNode)Project["services"][name];
        string host = Text(service, "host");
        string project = Text(service, "project");

        Assert.Contains(host, Hosts);
        Assert.Contains(Text(service, "language"), Languages);
        Assert.True(Directory.Exists(Repository.FullPath(project)), $"{project} is no folder.");
        if (host == "containerapp")
        {
            Assert.False(service.Children.ContainsKey("image"), "Project and image exclude each other.");
            Assert.Contains(Path.GetRelativePath(".", Path.Combine(project, Text((YamlMappingNode)service["docker"], "path"))), Repository.Paths);
        }
        else
        {
            Assert.DoesNotContain(service.Children.Keys.Select(key => key.ToString()), key => key is "docker" or "image" or "k8s" or "apiVersion" or "env");
        }
    }

    /// <summary>The CLI finds a service's resource by this tag.</summary>
    [Theory]
    [MemberData(nameof(Services))]
    public void Service_HasAResourceWithItsTag(string name) => Assert.Contains(
        Repository.Paths.Where(path => path.EndsWith(".bicep", StringComparison.Ordinal)),
        path => Repository.Read(path).Contains($"'azd-service-name': '{name}'", StringComparison.Ordinal));

    [Fact]
    public void Hooks_AreKnownAndTheirScriptsCanBeRun()
    {
        (string Name, string Script)[] hooks = [.. HooksOf(Project, "."), .. ServiceNames().SelectMany(name => HooksOf((YamlMappingNode)Project["services"][name], Text((YamlMappingNode)Project["services"][name], "project")))];

        Assert.NotEmpty(hooks);
        Assert.All(hooks, hook => Assert.Contains(hook.Name, ProjectHooks));
        Assert.All(hooks, hook =>
        {
            Assert.Contains(hook.Script, Repository.Paths);
            Assert.StartsWith("#!/bin/sh\n", Repository.Read(hook.Script), StringComparison.Ordinal);
            if (!OperatingSystem.IsWindows())
            {
                Assert.True(File.GetUnixFileMode(Repository.FullPath(hook.Script)).HasFlag(UnixFileMode.UserExecute), $"{hook.Script} is not executable.");
            }
        });
    }

    [Fact]
    public void Images_AreBuiltOfWhatIsThere()
    {
        string[] images = [.. Repository.Paths.Where(path => path.EndsWith(".Dockerfile", StringComparison.Ordinal))];

        Assert.NotEmpty(images);
        foreach (string image in images)
        {
            string text = Repository.Read(image);
            Assert.All(ProjectFolder().Matches(text), match => Assert.True(Directory.Exists(Repository.FullPath(match.Value)), $"{image}: {match.Value}"));
            Assert.Contains($"docker build -f {image} ", text, StringComparison.Ordinal);
            Assert.Contains("\nUSER app\n", text, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string> Services() => [.. ServiceNames()];

    private static IEnumerable<string> ServiceNames() => ((YamlMappingNode)Project["services"]).Children.Keys.Select(key => key.ToString());

    private static IEnumerable<(string Name, string Script)> HooksOf(YamlMappingNode node, string folder) =>
        node.Children.TryGetValue("hooks", out YamlNode? hooks)
            ? ((YamlMappingNode)hooks).Children.Select(hook =>
                (hook.Key.ToString(), Path.GetRelativePath(".", Path.Combine(folder, Text((YamlMappingNode)hook.Value["posix"], "run")))))
            : [];

    private static string Text(YamlMappingNode node, string key) => node[key].ToString();

    private static YamlMappingNode Read()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Repository.Read("azure.yaml")));
        return (YamlMappingNode)yaml.Documents.Single().RootNode;
    }

    [GeneratedRegex(@"\bsrc/[\w.]+")]
    private static partial Regex ProjectFolder();
}
