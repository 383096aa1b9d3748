using System.CommandLine;
using System.Security.Cryptography;
using Keelson.Cluster;
using Keelson.Node.Runtime.Containerd;

namespace Keelson.Commands.Image;

/// <summary>"keelson image load": puts images from an archive onto the nodes, without a registry.</summary>
internal static class ImageCommand
{
    public static Command Create() => new("image", "Work with the images on the nodes.") { Load() };

    private static Command Load()
    {
        var file = new Argument<FileInfo>("file") { Description = "An archive of 'docker save' or in OCI's layout." };
        var folder = ClusterOptions.DataFolder();
        var name = new Option<string?>("--name") { Description = "The name for an image that has none in the archive." };
        var command = new Command("load", "Put the images of an archive onto every node.") { file, folder, name };
        command.SetAction((arguments, cancel) => ClusterOptions.RunAsync(arguments, cancel, () =>
            LoadAsync(ClusterOptions.Folder(arguments, folder), arguments.GetRequiredValue(file), arguments.GetValue(name), arguments.InvocationConfiguration.Output, cancel)));
        return command;
    }

    private static async Task LoadAsync(ClusterFolder folder, FileInfo file, string? name, TextWriter output, CancellationToken cancel)
    {
        var settings = ClusterOptions.Existing(folder);
        if (settings.Runtime == ClusterRuntime.Simulated) throw new ClusterException("The cluster's containers are simulated; they need no images.");
        if (!ClusterLock.IsTaken(folder)) throw new ClusterException($"The cluster in {folder.Path} does not run.");
        if (!file.Exists) throw new ClusterException($"There is no file {file.FullName}.");
        foreach (var node in settings.NodeNames)
        {
            await using var images = new ContainerdImages("unix://" + folder.Node(node).ContainerdSocket, TimeProvider.System, new Random(RandomNumberGenerator.GetInt32(int.MaxValue)));
            var loaded = await images.ImportAsync(file.FullName, new ImportOptions { Name = name }, cancel);
            await output.WriteLineAsync($"{node}: {string.Join(", ", loaded)}");
        }
    }
}
