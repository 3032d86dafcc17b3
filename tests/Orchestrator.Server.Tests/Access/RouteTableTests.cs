using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Server.Access;

namespace Orchestrator.Server.Tests.Access;

public sealed class RouteTableTests
{
    [Fact]
    public async Task Table_NamesTheRoutesThatAreServed()
    {
        await using ServerRig rig = await ServerRig.StartAsync();

        IEnumerable<string> served = rig.Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.Metadata.GetMetadata<RouteAccess>())
            .Select(access => access is null ? "a route without access" : $"{access.Method} {access.Pattern}");

        Assert.Equal(RouteTable.All.Select(route => $"{route.Method} {route.Pattern}").Order(StringComparer.Ordinal), served.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task RouteWithoutAnEntry_IsNotServed()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        await using WebApplication application = builder.Build();
        RouteGroupBuilder routes = ((IEndpointRouteBuilder)application).MapGuarded();
        routes.MapGet("/forgotten", () => "never");

        var failure = Assert.Throws<InvalidOperationException>(() => ((IEndpointRouteBuilder)application).DataSources.SelectMany(source => source.Endpoints).ToArray());

        Assert.Contains("/forgotten", failure.Message, StringComparison.Ordinal);
    }
}
