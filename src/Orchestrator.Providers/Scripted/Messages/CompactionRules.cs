using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Scripted.Messages;

/// <summary>What the Messages service wants of a request for a compaction, and what it makes of one that came before.</summary>
internal static class CompactionRules
{
    private const string Preview = "compact-2026-01-12";
    private const string Edit = "compact_20260112";
    private const int LeastTrigger = 50_000;
    private const int UsualTrigger = 150_000;

    private static readonly string[] EditMembers = ["type", "instructions", "pause_after_compaction", "trigger"];

    /// <summary>The preview must be asked for by name, also to show a compaction again.</summary>
    public static Refusal? FindMissingPreview(JsonElement body, IHeaderDictionary headers)
    {
        bool isAskedFor = headers["anthropic-beta"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)).Contains(Preview);
        return isAskedFor ? null
            : body.Member("context_management") is not null ? MessagesRules.Extra("context_management")
            : Blocks(body).Any(IsCompaction) ? new Refusal(
                "messages: Input tag 'compaction' found using 'type' does not match any of the expected tags", null, null)
            : null;
    }

    /// <summary>What is wrong with the edits of a request; null if nothing is.</summary>
    public static Refusal? FindFaultyEdit(JsonElement body)
    {
        int index = 0;
        foreach (JsonElement edit in EditsOf(body))
        {
            string at = $"context_management.edits.{index++}";
            if (edit.Text("type") != Edit)
            {
                return new Refusal($"{at}: Input tag '{edit.Text("type")}' found using 'type' does not match any of the expected tags", null, null);
            }

            if (MessagesRules.ForeignMember(edit, EditMembers) is { } foreign)
            {
                return MessagesRules.Extra($"{at}.{Edit}.{foreign}");
            }

            if (edit.Member("trigger") is { ValueKind: JsonValueKind.Object } trigger
                && (trigger.Text("type") != "input_tokens" || trigger.Number("value") is not >= LeastTrigger))
            {
                return new Refusal($"{at}.{Edit}.trigger.value: Input should be greater than or equal to {LeastTrigger}", null, null);
            }
        }

        return null;
    }

    /// <summary>Whether a conversation of so many tokens is compacted, and the answer stops behind that.</summary>
    public static bool Stops(JsonElement body, long tokens) => EditsOf(body).Any(edit =>
        edit.Member("pause_after_compaction") is { ValueKind: JsonValueKind.True }
        && tokens >= (edit.Member("trigger")?.Number("value") ?? UsualTrigger));

    /// <summary>The last turn that the newest compaction stands for; null if there is none, or one of another model.</summary>
    public static int? TurnOfNewest(JsonElement body) =>
        Blocks(body).Where(IsCompaction).Select(block => ScriptedBlock.TurnOfSignature(block.Text("encrypted_content"))).LastOrDefault();

    /// <summary>The messages that are read: those behind the newest compaction.</summary>
    public static IEnumerable<JsonElement> MessagesRead(JsonElement body)
    {
        JsonElement[] messages = [.. body.Elements("messages")];
        return messages.Skip(Array.FindLastIndex(messages, message => message.Elements("content").Any(IsCompaction)) + 1);
    }

    private static IEnumerable<JsonElement> EditsOf(JsonElement body) => body.Member("context_management")?.Elements("edits") ?? [];

    private static IEnumerable<JsonElement> Blocks(JsonElement body) => body.Elements("messages").SelectMany(message => message.Elements("content"));

    private static bool IsCompaction(JsonElement block) => block.Text("type") == "compaction";
}
