namespace Keelson.EndToEnd.Images;

/// <summary>What is in packages of Debian, fetched and unpacked without installing anything.</summary>
internal static class DebianPackages
{
    private static readonly SemaphoreSlim Gate = new(1, 1);

    /// <summary>The folder that has the files of all of these packages; it is kept between runs.</summary>
    public static async Task<string> UnpackAsync(string name, params string[] packages)
    {
        var folder = Path.Combine(Checkout.Root, ".artifacts", "images", name);
        await Gate.WaitAsync();
        try
        {
            if (Directory.Exists(folder)) return folder;
            using var work = new TemporaryWork();
            await RunAsync("apt-get", work.Path, ["download", "-qq", .. packages]);
            var root = Directory.CreateDirectory(Path.Combine(work.Path, "root"));
            foreach (var archive in Directory.EnumerateFiles(work.Path, "*.deb")) await RunAsync("dpkg-deb", work.Path, ["-x", archive, root.FullName]);
            Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
            await RunAsync("cp", work.Path, ["-a", root.FullName, folder + ".new"]);
            Directory.Move(folder + ".new", folder);
            return folder;
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task RunAsync(string program, string folder, string[] arguments)
    {
        await using var running = RunningProgram.StartIn(folder, program, arguments);
        var code = await running.WaitForExitAsync();
        if (code != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}:\n{running.Output}");
    }

    private sealed class TemporaryWork : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keelson-packages-");

        public string Path => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
