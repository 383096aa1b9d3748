using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Keelson.Node.Network;

/// <summary>A network namespace: made, entered by single threads, and a place to make sockets in, while the process stays where it is.</summary>
/// <remarks>A socket belongs for ever to the namespace of the thread that makes it, whoever uses it later.</remarks>
public sealed class NetworkNamespace
{
    /// <summary>Where namespaces have names, for `ip netns` and everybody else.</summary>
    public const string NamesDirectory = "/run/netns";

    private const int StackBytes = 256 * 1024;

    private NetworkNamespace(string path) => Path = path;

    /// <summary>The namespace that this process lives in.</summary>
    public static NetworkNamespace Own { get; } = new("/proc/self/ns/net");

    /// <summary>The file that stands for it.</summary>
    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    public bool IsOwn => ReferenceEquals(this, Own);

    public bool Exists => NamespaceCalls.IsNamespace(Path);

    /// <summary>The namespace behind a file, whether it is there yet or not.</summary>
    public static NetworkNamespace At(string path) => new(System.IO.Path.GetFullPath(path));

    /// <summary>The namespace of a name, whether it is there yet or not.</summary>
    public static NetworkNamespace Named(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > 200 || name is "." or ".." || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_')) throw new ArgumentException($"\"{name}\" cannot name a network namespace.", nameof(name));
        return new NetworkNamespace(System.IO.Path.Combine(NamesDirectory, name));
    }

    /// <summary>The names of all namespaces that have one.</summary>
    public static IReadOnlyList<string> Names() => Directory.Exists(NamesDirectory) ? [.. Directory.EnumerateFiles(NamesDirectory).Select(file => System.IO.Path.GetFileName(file)!)] : [];

    /// <summary>Makes the namespace of a name; one that is there, or was half made, is completed and used.</summary>
    public static NetworkNamespace Create(string name)
    {
        var made = Named(name);
        if (made.Exists) return made;
        ShareNames();
        File.OpenHandle(made.Path, FileMode.OpenOrCreate, FileAccess.Read).Dispose();
        OnThread(() =>
        {
            Check(NamespaceCalls.Unshare(NamespaceCalls.NewNetwork), "make a network namespace");
            Check(NamespaceCalls.Mount("/proc/thread-self/ns/net", made.Path, "none", NamespaceCalls.MountBind, 0), $"mount {made.Path}");
            return true;
        });
        return made;
    }

    /// <summary>Takes its name away; it ends when the last process and socket in it have. What is gone already is no error.</summary>
    public void Delete()
    {
        if (IsOwn) throw new InvalidOperationException("The namespace of this process has no name to take away.");
        // Mounts can lie on each other where two made it at once.
        for (var layer = 0; layer < 16 && Exists; layer++) Check(NamespaceCalls.Unmount(Path, NamespaceCalls.DetachMount), $"unmount {Path}");
        File.Delete(Path);
    }

    /// <summary>Calls a function on a thread of its own inside the namespace, and waits. Processes that it starts live inside, too.</summary>
    public T Run<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (IsOwn) return function();
        return OnThread(() =>
        {
            Enter();
            return function();
        });
    }

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        Run(() =>
        {
            action();
            return true;
        });
    }

    /// <summary>A socket that lives in the namespace.</summary>
    public Socket CreateSocket(SocketType kind, AddressFamily family = AddressFamily.InterNetwork) =>
        Run(() => new Socket(family, kind, kind == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp));

    /// <summary>A TCP socket that listens in the namespace.</summary>
    /// <exception cref="SocketException">The address is in use, or not one of the namespace's.</exception>
    public Socket Listen(IPEndPoint address, int backlog = 512)
    {
        ArgumentNullException.ThrowIfNull(address);
        var socket = CreateSocket(SocketType.Stream, address.AddressFamily);
        try
        {
            socket.Bind(address);
            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects to a TCP port as seen from inside the namespace.</summary>
    /// <param name="host">An address, or localhost: a namespace has no resolver of its own.</param>
    public async Task<Stream> DialAsync(string host, int port, CancellationToken cancel)
    {
        var address = host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(host, out var parsed) ? parsed : throw new SocketException((int)SocketError.HostNotFound, $"\"{host}\" is not an address.");
        return new NetworkStream(await ConnectAsync(new IPEndPoint(address, port), cancel).ConfigureAwait(false), ownsSocket: true);
    }

    /// <summary>Connects to a TCP port as seen from inside the namespace.</summary>
    public async Task<Socket> ConnectAsync(IPEndPoint target, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(target);
        var socket = CreateSocket(SocketType.Stream, target.AddressFamily);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(target, cancel).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The names of the links in it.</summary>
    internal IReadOnlySet<string> Links() => Run(() =>
    {
        // Not /sys/class/net, which shows the namespace that /sys was mounted in.
        var links = File.ReadLines("/proc/thread-self/net/dev").Skip(2).Select(line => line[..line.IndexOf(':', StringComparison.Ordinal)].Trim());
        return links.ToHashSet(StringComparer.Ordinal);
    });

    /// <summary>Sets what stands below /proc/sys; what this kernel does not have, of those that end in a question mark, is left out.</summary>
    internal void Set(IEnumerable<(string Key, string Value)> settings) => Run(() =>
    {
        foreach (var (key, value) in settings)
        {
            var path = "/proc/sys/" + key.TrimEnd('?');
            if (!key.EndsWith('?') || File.Exists(path)) File.WriteAllText(path, value);
        }
    });

    public override string ToString() => Path;

    // As `ip netns` does it: names are shared with all mount namespaces, also those that were made earlier.
    private static void ShareNames()
    {
        Directory.CreateDirectory(NamesDirectory);
        if (NamespaceCalls.Mount("", NamesDirectory, "none", NamespaceCalls.MountShared | NamespaceCalls.MountRecursive, 0) == 0) return;
        if (Marshal.GetLastPInvokeError() != NamespaceCalls.InvalidArgument) Check(-1, $"share {NamesDirectory}");
        Check(NamespaceCalls.Mount(NamesDirectory, NamesDirectory, "none", NamespaceCalls.MountBind | NamespaceCalls.MountRecursive, 0), $"mount {NamesDirectory}");
        Check(NamespaceCalls.Mount("", NamesDirectory, "none", NamespaceCalls.MountShared | NamespaceCalls.MountRecursive, 0), $"share {NamesDirectory}");
    }

    private void Enter()
    {
        using var handle = File.OpenHandle(Path);
        Check(NamespaceCalls.SetNamespace(handle, NamespaceCalls.NewNetwork), $"enter {Path}");
    }

    // A thread that changed its namespace must not go back to the pool, so it does this one thing and ends.
    private static T OnThread<T>(Func<T> function)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = function();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        }, StackBytes) { IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    private static void Check(int result, string doing)
    {
        if (result != 0) throw new NetworkException($"Cannot {doing}: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
