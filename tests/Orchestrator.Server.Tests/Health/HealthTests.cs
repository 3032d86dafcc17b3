using System.Net;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Runs;
using Orchestrator.Server.Health;

namespace Orchestrator.Server.Tests.Health;

public sealed class HealthTests
{
    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task ServerThatWorks_SaysSoToAnybody(string path)
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using HttpClient anonymous = rig.Anonymous();

        Assert.Equal(HttpStatusCode.OK, (await anonymous.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task ServerThatIsStopping_LivesAndSendsOthersElsewhere()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using HttpClient anonymous = rig.Anonymous();

        rig.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        using HttpResponseMessage lives = await anonymous.GetAsync(new Uri("/healthz", UriKind.Relative));
        using HttpResponseMessage ready = await anonymous.GetAsync(new Uri("/readyz", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (lives.StatusCode, ready.StatusCode));
        Assert.Contains("is stopping", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HubThatDoesNotAnswer_IsNamed()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using GrpcChannel nowhere = GrpcChannel.ForAddress("http://127.0.0.1:1");
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddDurableTaskClient(client => client.UseGrpc(options => options.Channel = nowhere));
        await using ServiceProvider provider = services.BuildServiceProvider();
        var health = new HealthEndpoints(
            rig.Services.GetRequiredService<IRunStore>(),
            provider.GetRequiredService<DurableTaskClient>(),
            rig.Services.GetRequiredService<IHostApplicationLifetime>(),
            TimeProvider.System,
            NullLogger<HealthEndpoints>.Instance);

        var answer = Assert.IsType<ProblemHttpResult>((await health.LookAsync(CancellationToken.None)).Result);

        Assert.Equal((int)HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("the hub", answer.ProblemDetails.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("database", answer.ProblemDetails.Detail, StringComparison.Ordinal);
    }
}
