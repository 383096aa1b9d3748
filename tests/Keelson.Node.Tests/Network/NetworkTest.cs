using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Keelson.Node.Network;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Node.Tests.Network;

/// <summary>What tests with real packets need: namespaces that go with the test, and short questions to them.</summary>
public abstract partial class NetworkTest : IAsyncDisposable
{
    private readonly List<ClusterNetworkOptions> _clusters = [];
    private readonly List<NetworkNamespace> _namespaces = [];
    private readonly List<Task> _servers = [];
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromMinutes(3));

    protected NetworkTest()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) Assert.Skip("Network namespaces need Linux and root.");
        foreach (var program in new[] { "ip", "nft", "busybox" })
        {
            if (Machine.TryFindProgram(program) is null) Assert.Skip($"{program} is not installed.");
        }
    }

    protected CancellationToken Cancel => _stop.Token;

    /// <summary>Options of a cluster that is removed with the test, isolated unless it goes out through a pretended host.</summary>
    internal ClusterNetworkOptions Cluster(NetworkNamespace? host = null, string? notes = null)
    {
        var options = new ClusterNetworkOptions { ClusterId = "kltest-" + NewId(), IsIsolated = host is null };
        if (host is not null) options = options with { Host = host, HostNotesDirectory = notes! };
        _clusters.Add(options);
        return options;
    }

    /// <summary>A bare namespace with nothing but its loopback up.</summary>
    internal NetworkNamespace Bare()
    {
        var made = NetworkNamespace.Create("klbare-" + NewId());
        _namespaces.Add(made);
        Ip(made, "link", "set", "lo", "up");
        return made;
    }

    internal static string NewId() => EarlierRuns.NewId();

    internal static string Ip(NetworkNamespace place, params string[] arguments) => Program(place, "ip", arguments);

    internal static string Program(NetworkNamespace place, string program, params string[] arguments)
    {
        var (code, output) = Try(place, program, null, null, arguments);
        return code == 0 ? output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {output}");
    }

    internal static (int Code, string Output) Try(NetworkNamespace place, string program, string? input, Dictionary<string, string>? variables, params string[] arguments) => place.Run(() =>
    {
        var start = new ProcessStartInfo(Machine.TryFindProgram(program) ?? program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (key, value) in variables ?? []) start.Environment[key] = value;
        using var process = Process.Start(start)!;
        if (input is not null) process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    });

    internal static bool Pings(NetworkNamespace from, object to) => Try(from, "busybox", null, null, "ping", "-c", "1", "-W", "3", $"{to}").Code == 0;

    /// <summary>Waits until a link has noticed that there is another end, as pictures of it are compared.</summary>
    internal void WaitForCarrier(NetworkNamespace place, string link)
    {
        while (!Ip(place, "-j", "link", "show", link).Contains("\"operstate\":\"UP\"", StringComparison.Ordinal)) Cancel.ThrowIfCancellationRequested();
    }

    /// <summary>Everything that a network consists of, as text that can be compared.</summary>
    internal static string Picture(NetworkNamespace place, bool withSettings)
    {
        var text = new StringBuilder();
        text.AppendLine(Ip(place, "-j", "link")).AppendLine(Ip(place, "-j", "address")).AppendLine(Ip(place, "-j", "-4", "route", "show", "table", "all"));
        text.AppendLine(Ip(place, "-j", "rule")).AppendLine(Program(place, "nft", "list", "ruleset"));
        if (!withSettings) return Counter().Replace(text.ToString(), "");
        place.Run(() =>
        {
            foreach (var file in Directory.EnumerateFiles("/proc/sys/net/ipv4", "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                try
                {
                    text.AppendLine($"{file} {File.ReadAllText(file).Trim()}");
                }
                catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
                {
                    // Some can only be written.
                }
            }
        });
        return text.ToString();
    }

    /// <summary>A server that answers each connection with the address that it comes from, and closes.</summary>
    internal Task<IPEndPoint> AnswerWithPeerAsync(NetworkNamespace place, IPEndPoint address) => ServeAsync(place, address, async socket =>
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(((IPEndPoint)socket.RemoteEndPoint!).Address.ToString()), Cancel);
        socket.Shutdown(SocketShutdown.Send);
    });

    internal Task<IPEndPoint> ServeAsync(NetworkNamespace place, IPEndPoint address, Func<Socket, Task> serve)
    {
        var listener = place.Listen(address);
        _servers.Add(AcceptAsync(listener, serve));
        return Task.FromResult((IPEndPoint)listener.LocalEndPoint!);
    }

    private async Task AcceptAsync(Socket listener, Func<Socket, Task> serve)
    {
        var connections = new List<Task>();
        try
        {
            using (listener)
            {
                while (true) connections.Add(AnswerAsync(await listener.AcceptAsync(Cancel), serve));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private static async Task AnswerAsync(Socket socket, Func<Socket, Task> serve)
    {
        try
        {
            using (socket) await serve(socket);
        }
        catch (Exception ended) when (ended is SocketException or OperationCanceledException)
        {
            // What the client makes of it, the test looks at.
        }
    }

    internal async Task<string> AskAsync(NetworkNamespace from, IPAddress address, int port)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        await using var stream = await from.DialAsync(address.ToString(), port, limit.Token);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(limit.Token);
    }

    internal async Task<bool> ReachesAsync(NetworkNamespace from, IPAddress address, int port)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(2));
            using var socket = await from.ConnectAsync(new IPEndPoint(address, port), limit.Token);
            return true;
        }
        catch (Exception refused) when (refused is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    internal async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(20, Cancel);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_servers);
        foreach (var cluster in _clusters) await ClusterNetwork.RemoveAsync(cluster, CancellationToken.None);
        foreach (var place in _namespaces) place.Delete();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    // Rules of the machine's own may count packets.
    [GeneratedRegex("counter packets \\d+ bytes \\d+")]
    private static partial Regex Counter();
}
