namespace Keelson.Api.Authorization.V1;

/// <summary>A user and a request; exactly one of the two attribute fields is set.</summary>
[ApiType]
public sealed partial record SubjectAccessReviewSpec
{
    /// <summary>Describes a request to a resource.</summary>
    [Field(1)] public ResourceAttributes? ResourceAttributes { get; init; }

    /// <summary>Describes a request to another URL.</summary>
    [Field(2)] public NonResourceAttributes? NonResourceAttributes { get; init; }

    /// <summary>Name of the user to test. With groups but no user, the groups alone are tested.</summary>
    [Field(3)] public string User { get; init; } = "";

    /// <summary>Groups the user is taken to be in.</summary>
    [Field(4), Atomic] public ApiList<string> Groups { get; init; }

    /// <summary>Further attributes of the user, as an authenticator would supply them.</summary>
    [Field(5)] public ApiMap<ApiList<string>> Extra { get; init; }

    /// <summary>Lasting identifier of the user.</summary>
    [Field(6)] public string Uid { get; init; } = "";
}
