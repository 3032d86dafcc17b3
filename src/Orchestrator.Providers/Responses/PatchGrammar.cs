namespace Orchestrator.Providers.Responses;

/// <summary>What a patch looks like, for a model whose answer is held to it.</summary>
internal static class PatchGrammar
{
    public const string Lark =
        """
        start: "*** Begin Patch" LF file+ "*** End Patch" LF?
        file: create | remove | update
        create: "*** Add File: " PATH LF (ADDED LF)+
        remove: "*** Delete File: " PATH LF
        update: "*** Update File: " PATH LF move? (place | change | last)*
        move: "*** Move to: " PATH LF
        place: PLACE LF
        change: CHANGE LF
        last: "*** End of File" LF

        PATH: /[^\n]+/
        PLACE: /@@( [^\n]+)?/
        ADDED: /\+[^\n]*/
        CHANGE: /[ +-][^\n]*/
        LF: /\n/
        """;
}
