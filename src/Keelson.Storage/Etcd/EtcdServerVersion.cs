using Keelson.Rpc.Client;

namespace Keelson.Storage.Etcd;

/// <summary>What the servers' version allows, asked for once and only when it matters.</summary>
internal sealed class EtcdServerVersion(RpcChannel channel, RpcCallOptions options)
{
    // Before these, an answer to a request for progress may overtake changes that it claims were delivered.
    private static readonly Version FirstOf34 = new(3, 4, 25);
    private static readonly Version FirstOf35 = new(3, 5, 8);

    private bool? _progressIsSafe;

    /// <summary>Whether a watcher that asks how far it is gets an answer that can be relied on.</summary>
    public async ValueTask<bool> CanAskForProgressAsync(CancellationToken cancel)
    {
        if (_progressIsSafe is { } known) return known;
        var status = await channel.CallAsync(EtcdMethods.Status, new(), options, cancel).ConfigureAwait(false);
        var safe = IsProgressSafe(status.Version);
        _progressIsSafe = safe;
        return safe;
    }

    internal static bool IsProgressSafe(string text)
    {
        if (!Version.TryParse(text.Split('-', '+')[0], out var version)) return false;
        return version >= FirstOf35 || (version.Major == 3 && version.Minor == 4 && version >= FirstOf34);
    }
}
