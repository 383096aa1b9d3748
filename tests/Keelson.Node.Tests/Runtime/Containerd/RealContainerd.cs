using System.Diagnostics;
using System.Runtime.InteropServices;
using Keelson.Node.Runtime.Containerd;
using Keelson.Node.Runtime.Cri;
using Keelson.Node.Runtime.Images;

namespace Keelson.Node.Tests.Runtime.Containerd;

/// <summary>A containerd of the tests' own, in a network namespace of its own, and nothing left of either afterwards.</summary>
public sealed class RealContainerd : IAsyncLifetime
{
    private readonly List<string> _reports = [];
    private TemporaryDirectory? _directory;
    private string? _namespace;

    internal const string Busybox = "docker.io/library/busybox:contract";

    /// <summary>Why there is none; null when there is one.</summary>
    public string? Missing { get; private set; }

    internal ContainerdSupervisor Supervisor { get; private set; } = null!;

    internal ContainerdOptions Options { get; private set; } = null!;

    internal CriRuntime Runtime { get; private set; } = null!;

    internal SmallRegistry Registry { get; private set; } = null!;

    internal string LogRoot => _directory!.File("logs");

    internal string NamespacePath => $"/run/netns/{_namespace}";

    internal string Path(string name) => _directory!.File(name);

    internal string Reports
    {
        get
        {
            lock (_reports) return string.Join('\n', _reports);
        }
    }

    public async ValueTask InitializeAsync()
    {
        Missing = WhatIsMissing();
        if (Missing is not null) return;
        _directory = new();
        _namespace = System.IO.Path.GetFileName(_directory.Path);
        try
        {
            await RunAsync("ip", "netns", "add", _namespace);
            await RunAsync("nsenter", $"--net=/run/netns/{_namespace}", "ip", "link", "set", "lo", "up");
            Registry = await SmallRegistry.StartAsync($"/run/netns/{_namespace}");
            Directory.CreateDirectory(_directory.File("cni"));
            await File.WriteAllTextAsync(_directory.File("cni/10-test.conflist"), $$"""
                {"cniVersion":"0.4.0","name":"{{_namespace}}","plugins":[{"type":"bridge","bridge":"cni0","isGateway":true,
                 "ipam":{"type":"host-local","dataDir":"{{_directory.File("ipam")}}","ranges":[[{"subnet":"10.99.0.0/24"}]] } } ] }
                """);
            Options = new()
            {
                Directory = _directory.File("containerd"),
                Time = TimeProvider.System,
                Random = new Random(1),
                NetworkNamespace = $"/run/netns/{_namespace}",
                CniConfigurationDirectory = _directory.File("cni"),
                RegistryMirrors = new Dictionary<string, IReadOnlyList<string>> { ["docker.io"] = [Registry.Url] },
                Report = text =>
                {
                    lock (_reports) _reports.Add(text);
                },
            };
            Supervisor = new(Options);
            await Supervisor.StartAsync(CancellationToken.None);
            Runtime = Supervisor.CreateRuntime();
            await File.WriteAllBytesAsync(_directory.File("busybox.tar"), BusyboxArchive());
            await using var images = Supervisor.CreateImages();
            await images.ImportAsync(_directory.File("busybox.tar"), new ImportOptions(), CancellationToken.None);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_directory is null) return;
        if (Runtime is not null) await Runtime.DisposeAsync();
        if (Supervisor is not null)
        {
            await Supervisor.DeleteAsync(CancellationToken.None);
            await Supervisor.DisposeAsync();
        }

        if (Registry is not null) await Registry.DisposeAsync();
        await RunAsync("ip", "netns", "delete", _namespace!);
        _directory.Dispose();
        _directory = null;
    }

    /// <summary>An image with nothing but Debian's static busybox under the names that a shell needs.</summary>
    internal static byte[] BusyboxArchive(string name = Busybox, string user = "")
    {
        const UnixFileMode Executable = (UnixFileMode)0b111_101_101;
        string[] commands =
        [
            "sh", "sleep", "echo", "cat", "true", "false", "ps", "kill", "ls", "wget", "nc", "ip", "id", "env", "grep", "stat", "mount", "umount", "httpd",
            "hostname", "touch", "mkdir", "mkfifo", "dd", "tail", "head", "tr", "yes", "readlink", "df", "chown", "pwd", "unshare", "seq", "date",
        ];
        List<LayerFile> files =
        [
            new("bin", default, Executable) { IsDirectory = true },
            new("tmp", default, (UnixFileMode)0b111_111_111) { IsDirectory = true },
            new("etc", default, Executable) { IsDirectory = true },
            new("etc/passwd", "root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"u8.ToArray(), (UnixFileMode)0b110_100_100),
            // Images with the same content would be one image to the runtime.
            new("etc/image", System.Text.Encoding.UTF8.GetBytes(name), (UnixFileMode)0b110_100_100),
            new("bin/busybox", File.ReadAllBytes(BusyboxPath!), Executable),
            .. commands.Select(command => new LayerFile($"bin/{command}", default, Executable) { LinkTarget = "busybox" }),
        ];
        return new ImageBuilder(name, RuntimeInformation.OSArchitecture) { Layers = [files], User = user, Command = ["/bin/sh"], Environment = ["PATH=/bin"] }.Build();
    }

    /// <summary>Puts an image into the containerd.</summary>
    internal async Task ImportAsync(byte[] archive)
    {
        var file = _directory!.File($"{Guid.NewGuid():n}.tar");
        await File.WriteAllBytesAsync(file, archive);
        await using var images = Supervisor.CreateImages();
        await images.ImportAsync(file, new ImportOptions(), CancellationToken.None);
        File.Delete(file);
    }

    internal static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {errors}");
    }

    private static string? BusyboxPath => new[] { "/bin/busybox", "/usr/bin/busybox" }.FirstOrDefault(File.Exists);

    private static string? WhatIsMissing()
    {
        if (!OperatingSystem.IsLinux()) return "containerd is run on Linux only.";
        if (!Environment.IsPrivilegedProcess) return "Real containers need root.";
        foreach (var program in new[] { "containerd", "runc", "nsenter", "ip" })
        {
            if (Machine.TryFindProgram(program) is null) return $"{program} is not installed.";
        }

        if (BusyboxPath is null) return "busybox-static is not installed.";
        return new ContainerdOptions { Directory = "", Time = TimeProvider.System, Random = new Random(1) }.CniPluginDirectories.Any(Directory.Exists) ? null : "containernetworking-plugins is not installed.";
    }
}
