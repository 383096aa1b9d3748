using System.Globalization;
using Keelson.Server.Http;

namespace Keelson.Server.Verbs;

/// <summary>Resource versions as requests give them.</summary>
internal static class Versions
{
    /// <summary>How long a request waits for a version that is not there yet; default 3 seconds, as upstream.</summary>
    public static readonly TimeSpan WaitFor = TimeSpan.FromSeconds(3);

    public static long Parse(string version) =>
        long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : throw Failures.Invalid("meta.k8s.io", "ListOptions", "", [MetadataRules.Invalid("resourceVersion", version, $"strconv.ParseUint: parsing \"{version}\": invalid syntax")]);

    /// <summary>Waits until the cache is as new as a request asks: unset for everything acknowledged, zero for whatever there is.</summary>
    public static async ValueTask WaitAsync(ServerContext server, string version, CancellationToken cancel)
    {
        if (version.Length == 0)
        {
            await CatchUpAsync(server, cancel).ConfigureAwait(false);
            return;
        }

        var revision = Parse(version);
        if (server.Feed.Revision >= revision) return;
        try
        {
            await server.Feed.WaitForAsync(revision, cancel).WaitAsync(WaitFor, server.Time, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw Failures.VersionTooLarge(revision, server.Feed.Revision);
        }
    }

    private static async ValueTask CatchUpAsync(ServerContext server, CancellationToken cancel)
    {
        var reached = server.Objects.CatchUpAsync(cancel);
        if (reached.IsCompletedSuccessfully) return;
        try
        {
            await reached.AsTask().WaitAsync(WaitFor, server.Time, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw Failures.Timeout("the cache did not follow the store in time");
        }
    }
}
