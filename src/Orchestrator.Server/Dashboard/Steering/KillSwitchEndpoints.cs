using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Agent.Steering;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Problems;
using Orchestrator.Server.Steering;

namespace Orchestrator.Server.Dashboard.Steering;

/// <summary>The page of the kill switch. Whoever turns it off turns off the one that they were shown, and none that came after it.</summary>
internal sealed class KillSwitchEndpoints(KillSwitches switches, Pages pages)
{
    public const string Turn = "turn";
    public const string Reason = "reason";

    /// <summary>When the switch was turned on that is to be turned off.</summary>
    public const string Since = "since";

    public const int LongestReason = 500;

    private const string Pattern = "/killswitch";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Pattern, (HttpContext context, Caller caller, KillSwitchEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.ShowAsync(context, caller, cancellationToken)).ExcludeFromDescription();
        routes.MapPost(Pattern, (HttpContext context, Caller caller, KillSwitchEndpoints endpoints, CancellationToken cancellationToken) =>
            endpoints.TurnAsync(context, caller, cancellationToken)).ExcludeFromDescription();
    }

    /// <summary>What a page's form calls a switch.</summary>
    public static string NameOf(KillSwitch one) => one.At.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset? MomentOf(string name) =>
        DateTimeOffset.TryParseExact(name, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset at) ? at : null;

    private async Task<IResult> ShowAsync(HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        Shell shell = await pages.ShellOfAsync(context, caller, cancellationToken);
        return Pages.Of<KillSwitchPage>(new Dictionary<string, object?>
        {
            [nameof(KillSwitchPage.Shell)] = shell,
            [nameof(KillSwitchPage.Own)] = OwnOf(shell.Stops, caller),
        });
    }

    private async Task<IResult> TurnAsync(HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        if (await PostedForm.ReadAsync(context, cancellationToken) is not { } form)
        {
            return PostedForm.Missing();
        }

        string reason = form.TextOf(Reason);
        switch (form.TextOf(Turn))
        {
            case "on" when reason.Length <= LongestReason:
                await switches.TurnOnAsync(caller, reason.Length > 0 ? reason : null, cancellationToken);
                return PostedForm.LeadTo(context, Pattern);
            case "off" when MomentOf(form.TextOf(Since)) is { } since:
                return await switches.TurnOffAsync(caller, since, reason: null, cancellationToken) || OwnOf(await switches.ListAsync(caller, cancellationToken), caller) is null
                    ? PostedForm.LeadTo(context, Pattern)
                    : Problem.Conflict("The kill switch was turned on anew since you looked.", "Look at /killswitch who turned it on, and why.");
            default:
                return Problem.Invalid("That turns nothing on or off.", $"Press the button of /killswitch; a reason has at most {LongestReason} characters.");
        }
    }

    private static KillSwitch? OwnOf(IReadOnlyList<KillSwitch> stops, Caller caller) => stops.FirstOrDefault(one => one.Scope == KillSwitches.ScopeOf(caller));
}
