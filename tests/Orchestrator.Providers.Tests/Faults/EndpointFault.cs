namespace Orchestrator.Providers.Tests.Faults;

/// <summary>What goes wrong with an endpoint.</summary>
public enum EndpointFault
{
    /// <summary>400 or 404, whatever else the answer says.</summary>
    WrongRequest,

    /// <summary>401 or 403.</summary>
    RefusedKey,

    /// <summary>413.</summary>
    TooLong,

    /// <summary>429, with a wait that is asked for or without one; now and then one that is too long to be taken here.</summary>
    RateLimit,

    /// <summary>408, 500, 502 or 503, with waits as above.</summary>
    Trouble,

    /// <summary>Nobody listens.</summary>
    RefusedConnection,

    /// <summary>The connection is reset: in the handshake of TLS, at the first bytes of a request, or behind it.</summary>
    Reset,

    /// <summary>The request is taken, and no header comes.</summary>
    Hang,

    /// <summary>The stream stops anywhere before its end, and stays open.</summary>
    Stall,

    /// <summary>The stream stops anywhere before it has said that it is whole, and is closed or reset.</summary>
    Close,

    /// <summary>A hundred megabytes: in one event, in many, in one JSON, or as the explanation of an error.</summary>
    Endless,

    /// <summary>An event comes twice.</summary>
    Duplicate,

    /// <summary>A call's arguments are no JSON object, or only the beginning of one.</summary>
    BrokenArguments,

    /// <summary>A call of a tool that nobody offered.</summary>
    UnknownTool,

    /// <summary>Two calls with one id.</summary>
    SameId,
}
