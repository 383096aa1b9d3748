using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Keelson.Commands.Store;
using Keelson.Storage;

namespace Keelson.Commands.Up;

/// <summary>"keelson up": everything that there is, on this machine, until Ctrl-C.</summary>
internal static class UpCommand
{
    private const string StoreFolder = "store";

    public static Command Create()
    {
        var dataFolder = new Option<DirectoryInfo?>("--data-dir")
        {
            Description = "The folder that holds the data; by default /var/lib/keelson for root, else keelson in $XDG_DATA_HOME or ~/.local/share.",
        };
        var listen = new Option<string>("--listen")
        {
            Description = "Where the store listens: HOST:PORT or unix:PATH; with port 0 the system chooses.",
            DefaultValueFactory = _ => "127.0.0.1:0",
        };
        var command = new Command("up", "Start Keelson on this machine: so far the store, on the etcd v3 API.") { dataFolder, listen };
        command.SetAction(async (arguments, cancel) =>
        {
            var output = arguments.InvocationConfiguration.Output;
            try
            {
                var folder = arguments.GetValue(dataFolder)?.FullName ?? DefaultDataDirectory.ForThisUser();
                await RunAsync(Settings(folder, arguments.GetRequiredValue(listen)), output, cancel);
                return 0;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return 0;
            }
            catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException or StoreException)
            {
                await arguments.InvocationConfiguration.Error.WriteLineAsync($"keelson up: {failure.Message}");
                return 1;
            }
        });
        return command;
    }

    private static ServeSettings Settings(string dataFolder, string listen) => new(
        new DirectoryInfo(Path.Combine(dataFolder, StoreFolder)),
        listen,
        StoreEngine.Sqlite,
        CertificateFile: null,
        KeyFile: null,
        TrustedAuthorityFile: null,
        ProgressInterval: TimeSpan.FromMinutes(10),
        KeepHistoryFor: TimeSpan.FromMinutes(5));

    private static async Task RunAsync(ServeSettings settings, TextWriter output, CancellationToken cancel)
    {
        await using (var server = await StoreServer.StartAsync(settings, cancel))
        {
            await output.WriteAsync(Greeting(server.Address, settings.DataFolder.FullName));
            await output.FlushAsync(cancel);
            await server.RunAsync(cancel);
        }

        await output.WriteLineAsync($"Stopped. The data stays in {settings.DataFolder.FullName}.");
    }

    private static string Greeting(string address, string dataFolder)
    {
        var started = DateTime.UtcNow - Process.GetCurrentProcess().StartTime.ToUniversalTime();
        var version = typeof(UpCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
        return string.Create(CultureInfo.InvariantCulture, $"""
            Keelson {version} is up, {started.TotalSeconds:F1} s after its start.

                store    {address}    etcd v3 API, data in {dataFolder}

            So far this starts the store and nothing else. Talk to it:

                etcdctl --endpoints {address} put /greeting hello
                etcdctl --endpoints {address} get / --prefix

            Ctrl-C stops it.

            """);
    }
}
