using Keelson.Api.Values;

namespace Keelson.Server.Objects;

/// <summary>How large objects may be.</summary>
internal static class ObjectLimits
{
    /// <summary>The largest request body: 3 MiB, as upstream.</summary>
    public const int MaxBodyBytes = 3 * 1024 * 1024;

    /// <summary>For what this server wrote itself: it may grow past a request's limit by what the server adds.</summary>
    public static readonly JsonLimits Trusted = new() { MaxBytes = 64 * 1024 * 1024 };
}
