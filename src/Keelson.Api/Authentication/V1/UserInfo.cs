namespace Keelson.Api.Authentication.V1;

/// <summary>An authenticated user.</summary>
[ApiType]
public sealed partial record UserInfo
{
    /// <summary>Name that identifies the user among all active ones.</summary>
    [Field(1)] public string Username { get; init; } = "";

    /// <summary>Identifier that stays the same even if the name is given to somebody else later.</summary>
    [Field(2)] public string Uid { get; init; } = "";

    /// <summary>Groups the user is in.</summary>
    [Field(3), Atomic] public ApiList<string> Groups { get; init; }

    /// <summary>Further attributes supplied by the authenticator; keys are lower case.</summary>
    [Field(4)] public ApiMap<ApiList<string>> Extra { get; init; }
}
