using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Stores;
using Orchestrator.Server.Approvals;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Dashboard;
using Orchestrator.Server.Describing;
using Orchestrator.Server.Guards;
using Orchestrator.Server.Health;
using Orchestrator.Server.Intake;
using Orchestrator.Server.OpenIdConnect;
using Orchestrator.Server.Problems;
using Orchestrator.Server.Runs;
using Orchestrator.Server.Schedules;
using Orchestrator.Server.SignIn;
using Orchestrator.Server.Steering;
using Orchestrator.Server.Tasks;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server;

/// <summary>The server's services.</summary>
public static class ServerServiceCollectionExtensions
{
    /// <summary>Has the scheme chosen by what a request shows.</summary>
    private const string ByWhatIsShown = "Caller";

    /// <summary>Reads and checks the settings, before the rest of the server is there.</summary>
    public static IServiceCollection AddServerOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ServerOptions>().Bind(configuration.GetSection(ServerOptions.Section)).ValidateOnStart();
        return services.AddSingleton<IValidateOptions<ServerOptions>, ServerOptionsValidator>();
    }

    /// <param name="services">With the agent's, the stores, and a client of the hub.</param>
    /// <param name="terms">What is decided before it starts.</param>
    public static IServiceCollection AddOrchestratorServer(this IServiceCollection services, ServerTerms terms)
    {
        if (terms.Local is not null)
        {
            services.AddSingleton(terms.Local);
        }

        services
            .AddSingleton(terms)
            .AddSingleton(provider => new TokenCatalogue(
                provider.GetRequiredService<IOptionsMonitor<ServerOptions>>(), terms.Local, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<Standing>()
            .AddSingleton<SignInCodes>()
            .AddSingleton<SignInLock>()
            .AddSingleton<SignInEndpoints>()
            .AddSingleton<HealthEndpoints>()
            .AddSingleton<SourceRules>()
            .AddSingleton<TaskEndpoints>()
            .AddSingleton<RunAccess>()
            .AddSingleton<RunEndpoints>()
            .AddSingleton<RunEventEndpoints>()
            .AddSingleton<RunSteering>()
            .AddSingleton<SteeringEndpoints>()
            .AddSingleton<KillSwitches>()
            .AddSingleton<ApprovalEndpoints>()
            .AddSingleton<KillSwitchEndpoints>()
            .AddSingleton<ScheduleAccess>()
            .AddSingleton<ScheduleEndpoints>()
            .AddSingleton<HookBodies>()
            .AddSingleton<Hook, GitHubHook>()
            .AddSingleton<Hook, JiraHook>()
            .AddSingleton<Hook, AzureDevOpsHook>()
            .AddSingleton<Hook, GenericHook>()
            .AddSingleton<IntakeEndpoints>()
            .AddSingleton<DeliveryEndpoints>()
            .AddSingleton<CallerRights>()
            .AddDashboard()
            .AddSingleton<IProblemDetailsWriter, ProblemWriter>()
            .AddProblemDetails()
            .AddExceptionHandler<FailureHandler>()
            .AddRouting()
            .Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true)
            .ConfigureHttpJsonOptions(options =>
            {
                options.SerializerOptions.TypeInfoResolverChain.Insert(0, ServerJson.Default);
                options.SerializerOptions.RespectNullableAnnotations = true;
                options.SerializerOptions.RespectRequiredConstructorParameters = true;
            })
            .Configure<HostFilteringOptions>(options =>
            {
                options.AllowedHosts = [.. terms.Hosts];
                options.IncludeFailureMessage = false;
            })
            .AddRateLimiter(RequestLimit.Configure)
            .AddOpenApi("v1", ApiDescription.Configure);
        return services.AddSignIn(terms);
    }

    private static IServiceCollection AddSignIn(this IServiceCollection services, ServerTerms terms)
    {
        services.AddDataProtection().SetApplicationName("orchestrator");
        services.AddOptions<Microsoft.AspNetCore.DataProtection.KeyManagement.KeyManagementOptions>().Configure<DataFolder>(
            (keys, data) => keys.XmlRepository = new Microsoft.AspNetCore.DataProtection.Repositories.FileSystemXmlRepository(
                KeyFolder(data), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance));
        services.AddAntiforgery(options =>
        {
            Session.Protect(options.Cookie, "orchestrator-form", terms.IsSecure);
            options.HeaderName = CrossSiteGuard.HeaderName;
            options.FormFieldName = CrossSiteGuard.FieldName;
            options.SuppressXFrameOptionsHeader = true; // The content policy says it.
        });
        AuthenticationBuilder authentication = services
            .AddAuthentication(ByWhatIsShown)
            .AddPolicyScheme(ByWhatIsShown, null, options => options.ForwardDefaultSelector = context => SchemeOf(context, terms))
            .AddScheme<AuthenticationSchemeOptions, TokenHandler>(TokenHandler.SchemeName, null)
            .AddSession(terms.IsSecure);
        if (terms.Issuer is { } issuer)
        {
            authentication.AddIssuer(issuer, terms.IsSecure);
        }

        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        return services;
    }

    /// <summary>A request that shows a token is judged by that alone, whatever cookies come with it.</summary>
    private static string SchemeOf(HttpContext context, ServerTerms terms)
    {
        string shown = context.Request.Headers.Authorization.ToString();
        return shown.Length == 0
            ? Session.SchemeName
            : terms.Issuer is null || shown.Contains(TokenText.Prefix, StringComparison.Ordinal)
                ? TokenHandler.SchemeName
                : JwtBearerDefaults.AuthenticationScheme;
    }

    private static DirectoryInfo KeyFolder(DataFolder data)
    {
        string folder = Path.Combine(data.Root, "server-keys");
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(folder)
            : Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
