using System.Globalization;
using Keelson.Client.Streaming.Spdy;

namespace Keelson.Client.Streaming.PortForward;

/// <summary>The asking end of a port forward: opens connections to a pod's ports, many over one.</summary>
public sealed class PortForwardSession : IAsyncDisposable
{
    private readonly SpdyConnection _connection;
    private readonly StreamLimits _limits;
    private int _requests = -1;

    private PortForwardSession(SpdyConnection connection, StreamLimits limits)
    {
        _connection = connection;
        _limits = limits;
    }

    /// <summary>Ends when the other end is gone.</summary>
    public Task Disconnected => _connection.Completion;

    /// <summary>Begins over a stream that speaks SPDY: an upgraded connection, or a WebSocket's tunnel.</summary>
    public static PortForwardSession OverSpdy(Stream upgraded, StreamLimits? limits = null)
    {
        limits ??= StreamLimits.Default;
        return new PortForwardSession(SpdyConnection.Start(upgraded, isServer: false, limits), limits);
    }

    /// <summary>Opens a connection. Whether the port can be reached its error tells, not this.</summary>
    public async Task<ForwardedConnection> OpenAsync(int port, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        using var limit = new CancellationTokenSource(_limits.OpenTimeout, _limits.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        var headers = new Dictionary<string, string>
        {
            ["streamtype"] = "error",
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["requestid"] = Interlocked.Increment(ref _requests).ToString(CultureInfo.InvariantCulture),
        };
        SpdyStream? error = null;
        SpdyStream? data = null;
        try
        {
            error = await _connection.OpenAsync(headers, both.Token).ConfigureAwait(false);
            data = await _connection.OpenAsync(new Dictionary<string, string>(headers) { ["streamtype"] = "data" }, both.Token).ConfigureAwait(false);
            await error.WaitForReplyAsync(both.Token).ConfigureAwait(false);
            await error.CompleteWritesAsync(both.Token).ConfigureAwait(false);
            await data.WaitForReplyAsync(both.Token).ConfigureAwait(false);
            return new ForwardedConnection(port, data, error, _limits);
        }
        catch (Exception failure)
        {
            if (error is not null) await error.DisposeAsync().ConfigureAwait(false);
            if (data is not null) await data.DisposeAsync().ConfigureAwait(false);
            if (failure is OperationCanceledException && !cancel.IsCancellationRequested) throw new StreamingException("the server did not accept the streams in time", failure);
            throw;
        }
    }

    /// <summary>Opens a connection for a local one, carries all between the two, and answers with what went wrong, or nothing.</summary>
    public async Task<string> ForwardAsync(Stream local, int port, CancellationToken cancel = default)
    {
        await using var connection = await OpenAsync(port, cancel).ConfigureAwait(false);
        var error = connection.ReadErrorAsync(cancel);
        await DuplexCopy.RunAsync(local, connection.Data, _limits, cancel, endsWithSecond: true).ConfigureAwait(false);
        // Who closes its side first does not always say how it went.
        await Task.WhenAny(error, Task.Delay(TimeSpan.FromSeconds(1), _limits.Time, cancel)).ConfigureAwait(false);
        return error.IsCompletedSuccessfully ? await error.ConfigureAwait(false) : "";
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
