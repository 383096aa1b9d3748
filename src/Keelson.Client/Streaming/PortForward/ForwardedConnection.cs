using System.Text;

namespace Keelson.Client.Streaming.PortForward;

/// <summary>One connection to a port of a pod: its bytes, and beside them what went wrong.</summary>
public sealed class ForwardedConnection : IAsyncDisposable
{
    private readonly ChannelStream _error;
    private readonly StreamLimits _limits;

    internal ForwardedConnection(int port, ChannelStream data, ChannelStream error, StreamLimits limits)
    {
        Port = port;
        Data = data;
        _error = error;
        _limits = limits;
    }

    public int Port { get; }

    public ChannelStream Data { get; }

    /// <summary>The serving end: says why the port cannot be reached or broke off.</summary>
    public async Task FailAsync(string message, CancellationToken cancel = default)
    {
        await _error.WriteAsync(Encoding.UTF8.GetBytes(message), cancel).ConfigureAwait(false);
        await CloseAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// The serving end: carries everything to and from a connection to the pod's port. The pod's end is the end: older
    /// clients do not hang up before they hear it.
    /// </summary>
    public async Task ServeAsync(Stream pod, CancellationToken cancel = default)
    {
        await DuplexCopy.RunAsync(Data, pod, _limits, cancel, endsWithSecond: true).ConfigureAwait(false);
        try
        {
            await CloseAsync(cancel).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The client has hung up first.
        }
    }

    /// <summary>The serving end: says that all went well and nothing more will come.</summary>
    public async Task CloseAsync(CancellationToken cancel = default)
    {
        await _error.CompleteWritesAsync(cancel).ConfigureAwait(false);
        await Data.CompleteWritesAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>The asking end: what the other says went wrong, as soon as it ends; empty where nothing did.</summary>
    public async Task<string> ReadErrorAsync(CancellationToken cancel = default)
    {
        using var said = new MemoryStream();
        var buffer = new byte[4096];
        int count;
        try
        {
            while ((count = await _error.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0 && said.Length < _limits.MessageBytes) said.Write(buffer, 0, count);
        }
        catch (IOException broken)
        {
            if (said.Length == 0) return broken.Message;
        }

        return Encoding.UTF8.GetString(said.ToArray());
    }

    /// <summary>Ends both directions at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await Data.DisposeAsync().ConfigureAwait(false);
        await _error.DisposeAsync().ConfigureAwait(false);
    }
}
