using System.Runtime.InteropServices;
using System.Text;
using Keelson.Node.Runtime.Images;

namespace Keelson.EndToEnd.Images;

/// <summary>Images as a person would pull them, made from packages of Debian on the spot.</summary>
internal static class TestImages
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Runnable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Shared = Runnable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private static readonly string[] Applets =
        ["sh", "cat", "cp", "date", "dd", "echo", "env", "grep", "head", "hostname", "httpd", "id", "ip", "kill", "ls", "md5sum", "mkdir", "mv", "nc", "nslookup", "ping", "ps", "rm", "sed", "seq", "sleep", "sort", "stat", "stty", "tail", "tar", "tee", "test", "touch", "tr", "true", "false", "tty", "vi", "wc", "wget", "yes"];

    // What the server in the package was linked with, as its package says.
    private static readonly string[] NginxPackages = ["nginx", "nginx-common", "libc6", "libcrypt1", "libpcre2-8-0", "libssl3", "zlib1g"];

    private const string NginxConfiguration = """
        daemon off;
        worker_processes 1;
        pid /run/nginx.pid;
        error_log /dev/stderr notice;
        events { worker_connections 256; }
        http {
            types { text/html html; }
            access_log /dev/stdout;
            server { listen 80; root /usr/share/nginx/html; }
        }
        """;

    /// <summary>busybox, every tool of which has its name.</summary>
    public static async Task<byte[]> BusyboxAsync(string name = "docker.io/library/busybox:latest") =>
        new ImageBuilder(name, RuntimeInformation.OSArchitecture) { Layers = [await BusyboxLayerAsync()], Command = ["sh"], Environment = ["PATH=/bin:/sbin:/usr/bin"] }.Build();

    /// <summary>nginx, with a page that says which version of the image it comes from.</summary>
    public static async Task<byte[]> NginxAsync(string name = "docker.io/library/nginx:latest", string greeting = "Welcome to nginx!")
    {
        var root = await DebianPackages.UnpackAsync("nginx", NginxPackages);
        var files = Libraries(root).Append(FileAt(root, "usr/sbin/nginx", Runnable)).ToList();
        files.AddRange(new[] { "run", "var/lib/nginx", "var/log/nginx", "dev", "proc", "sys", "etc/nginx" }.Select(path => new LayerFile(path, default, Runnable) { IsDirectory = true }));
        files.Add(Text("etc/nginx/nginx.conf", NginxConfiguration));
        files.Add(Text("usr/share/nginx/html/index.html", $"<html><body><h1>{greeting}</h1></body></html>\n"));
        return new ImageBuilder(name, RuntimeInformation.OSArchitecture)
        {
            Layers = [await BusyboxLayerAsync(), files],
            Command = ["nginx", "-c", "/etc/nginx/nginx.conf"],
            Environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
            StopSignal = "SIGQUIT",
        }.Build();
    }

    private static async Task<IReadOnlyList<LayerFile>> BusyboxLayerAsync()
    {
        var root = await DebianPackages.UnpackAsync("busybox", "busybox-static");
        var program = Directory.EnumerateFiles(root, "busybox", SearchOption.AllDirectories).First();
        List<LayerFile> files =
        [
            new("bin/busybox", await File.ReadAllBytesAsync(program), Runnable),
            Text("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"),
            Text("etc/group", "root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n"),
            new("tmp", default, Shared) { IsDirectory = true },
            new("root", default, Runnable) { IsDirectory = true },
        ];
        files.AddRange(Applets.Select(applet => new LayerFile($"bin/{applet}", default, Runnable) { LinkTarget = "busybox" }));
        return files;
    }

    private static IEnumerable<LayerFile> Libraries(string root) =>
        Directory.EnumerateFiles(root, "*.so*", SearchOption.AllDirectories).Select(path => FileAt(root, Path.GetRelativePath(root, path), Runnable));

    private static LayerFile FileAt(string root, string path, UnixFileMode mode)
    {
        var file = new FileInfo(Path.Combine(root, path));
        return file.LinkTarget is { } target ? new LayerFile(path, default, mode) { LinkTarget = target } : new LayerFile(path, File.ReadAllBytes(file.FullName), mode);
    }

    private static LayerFile Text(string path, string content) => new(path, Encoding.UTF8.GetBytes(content), Readable);
}
