namespace Keelson.Api.Authorization.V1;

/// <summary>The verdict on a request.</summary>
[ApiType]
public sealed partial record SubjectAccessReviewStatus
{
    /// <summary>Whether the request would be allowed.</summary>
    [Field(1, Emit = Emit.Always)] public bool Allowed { get; init; }

    /// <summary>Whether it is refused outright. Both false means that no authorizer had an opinion, which amounts to no.</summary>
    [Field(4)] public bool Denied { get; init; }

    /// <summary>Why it was allowed or denied.</summary>
    [Field(2)] public string Reason { get; init; } = "";

    /// <summary>What went wrong on the way; a verdict may still have been reached.</summary>
    [Field(3)] public string EvaluationError { get; init; } = "";
}
