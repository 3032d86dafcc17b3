using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>The error codes of OpenAI's API, which the endpoints that are compatible with it use as well.</summary>
internal static class OpenAIErrors
{
    public static ErrorMeaning? MeaningOf(string? code) => code switch
    {
        "context_length_exceeded" => new(ProviderFailure.ContextTooLong, IsTransient: false),
        "insufficient_quota" or "billing_hard_limit_reached" => new(ProviderFailure.QuotaSpent, IsTransient: false),
        "invalid_prompt" or "bio_policy" or "content_filter" or "content_policy_violation" or "image_content_policy_violation" =>
            new(ProviderFailure.Refused, IsTransient: false),
        "rate_limit_exceeded" or "slow_down" => new(ProviderFailure.RateLimited, IsTransient: true),
        "server_error" or "server_is_overloaded" => new(ProviderFailure.Overloaded, IsTransient: true),
        _ => null,
    };
}
