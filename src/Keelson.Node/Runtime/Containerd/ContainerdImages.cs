using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Keelson.Node.Runtime.Containerd.Protos;
using Keelson.Node.Runtime.Cri;
using Keelson.Node.Runtime.Images;
using Keelson.Rpc;
using Keelson.Rpc.Client;

namespace Keelson.Node.Runtime.Containerd;

/// <summary>How an archive is imported.</summary>
public sealed record ImportOptions
{
    /// <summary>The name for an archive with one image that has none; instead of the names that it has.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the kubelet must never remove the images to win space.</summary>
    public bool Pinned { get; init; }
}

/// <summary>Puts images from archives into a containerd, where CRI finds them.</summary>
/// <remarks>It speaks containerd's own API: CRI has no import, and the program ctr need not be there nor fit the server.</remarks>
public sealed class ContainerdImages : IAsyncDisposable
{
    private const int ChunkBytes = 1024 * 1024;
    private const string PinnedLabel = "io.cri-containerd.pinned";

    // How long a lease outlives an import that is broken off; then containerd collects what nobody refers to.
    private static readonly TimeSpan LeaseLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AppearTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollStep = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly RpcChannel _channel;
    private readonly CriRuntime _runtime;

    public ContainerdImages(string endpoint, TimeProvider time, Random random)
    {
        _time = time;
        _random = random;
        _channel = new(new RpcChannelOptions { Endpoints = [endpoint], Time = time, Random = random });
        _runtime = new(new CriOptions { Endpoint = endpoint, Time = time, Random = random });
    }

    /// <summary>Imports a docker save or OCI archive; answers with the names of its images when CRI knows them.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged or none.</exception>
    public async Task<IReadOnlyList<string>> ImportAsync(string path, ImportOptions options, CancellationToken cancel)
    {
        var archive = await ImageArchive.OpenAsync(path, RuntimeInformation.OSArchitecture, cancel).ConfigureAwait(false);
        await using var _ = archive.ConfigureAwait(false);
        var images = NamedImages(archive, path, options);
        try
        {
            var lease = await CallAsync(ContainerdMethods.CreateLease, NewLease(), null, cancel).ConfigureAwait(false);
            try
            {
                foreach (var blob in archive.Blobs) await SendAsync(archive, blob, lease.Lease.Id, cancel).ConfigureAwait(false);
                foreach (var (name, target) in images) await NameAsync(name, target, options, lease.Lease.Id, cancel).ConfigureAwait(false);
            }
            finally
            {
                await CallAsync(ContainerdMethods.DeleteLease, new DeleteLeaseRequest { Id = lease.Lease.Id }, null, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (RpcException error)
        {
            throw CriErrors.ToRuntime(error);
        }

        foreach (var (name, _) in images) await WaitUntilKnownAsync(name, cancel).ConfigureAwait(false);
        return [.. images.Select(image => image.Name)];
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _runtime.DisposeAsync().ConfigureAwait(false);
    }

    private static List<(string Name, ArchiveBlob Target)> NamedImages(ImageArchive archive, string path, ImportOptions options)
    {
        if (options.Name is { } wanted)
        {
            if (archive.Images.Count != 1) throw new InvalidDataException($"{path} has {archive.Images.Count} images; a name can be given only to a single one.");
            return [(ImageName.Parse(wanted).ToString(), archive.Images[0].Target)];
        }

        var named = archive.Images.SelectMany(image => image.Names.Select(name => (name, image.Target))).ToList();
        return named.Count > 0 ? named : throw new InvalidDataException($"{path} does not say how its image is called; give it a name.");
    }

    private async Task SendAsync(ImageArchive archive, ArchiveBlob blob, string lease, CancellationToken cancel)
    {
        var labels = new Dictionary<string, string>();
        // What a blob refers to lives as long as itself.
        for (var index = 0; index < blob.Children.Count; index++) labels[string.Create(CultureInfo.InvariantCulture, $"containerd.io/gc.ref.content.{index}")] = blob.Children[index];
        try
        {
            await WriteAsync(archive, blob, labels, lease, cancel).ConfigureAwait(false);
        }
        catch (RpcException error) when (error.Status == RpcStatus.AlreadyExists)
        {
            if (labels.Count == 0) return;
            var request = new UpdateContentRequest { Info = new() { Digest = blob.Digest, Labels = { labels } }, UpdateMask = new() };
            request.UpdateMask.Paths.AddRange(labels.Keys.Select(label => "labels." + label));
            await CallAsync(ContainerdMethods.UpdateContent, request, lease, cancel).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(ImageArchive archive, ArchiveBlob blob, Dictionary<string, string> labels, string lease, CancellationToken cancel)
    {
        var reference = $"keelson-import-{blob.Digest}";
        var call = await _channel.OpenAsync(ContainerdMethods.WriteContent, new RpcCallOptions { Metadata = Metadata(lease) }, cancel).ConfigureAwait(false);
        await using var _ = call.ConfigureAwait(false);
        // An import that broke off may have left a beginning, from which to go on.
        var status = await AskAsync(call, new() { Action = WriteAction.Stat, Ref = reference, Total = blob.Size, Expected = blob.Digest }, cancel).ConfigureAwait(false);
        var offset = status.Offset;
        var buffer = new byte[(int)Math.Min(ChunkBytes, Math.Max(1, blob.Size))];
        while (offset < blob.Size)
        {
            var read = await archive.ReadAsync(blob, offset, buffer, cancel).ConfigureAwait(false);
            if (read == 0) throw new InvalidDataException("The archive became shorter while it was read.");
            // The bytes are copied into the message, for the buffer is used again.
            var data = ByteString.CopyFrom(buffer, 0, read);
            var answer = await AskAsync(call, new() { Action = WriteAction.Write, Ref = reference, Total = blob.Size, Expected = blob.Digest, Offset = offset, Data = data }, cancel).ConfigureAwait(false);
            if (answer.Offset != offset + read) throw new RuntimeException(RuntimeError.Failed, $"containerd stands at {answer.Offset} of {blob.Digest} instead of {offset + read}.");
            offset = answer.Offset;
        }

        await AskAsync(call, new() { Action = WriteAction.Commit, Ref = reference, Total = blob.Size, Expected = blob.Digest, Offset = offset, Labels = { labels } }, cancel).ConfigureAwait(false);
        call.Complete();
    }

    private static async Task<WriteContentResponse> AskAsync(RpcCall<WriteContentRequest, WriteContentResponse> call, WriteContentRequest request, CancellationToken cancel)
    {
        try
        {
            await call.WriteAsync(request, cancel).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            // The reason for that is what the server answered.
        }

        return await call.ReadAsync(cancel).ConfigureAwait(false)
            ?? throw new RpcException(RpcStatus.Internal, "containerd ended the transfer of content before its end.");
    }

    private async Task NameAsync(string name, ArchiveBlob target, ImportOptions options, string lease, CancellationToken cancel)
    {
        var image = new StoredImage { Name = name, Target = new() { MediaType = target.MediaType, Digest = target.Digest, Size = target.Size } };
        if (options.Pinned) image.Labels[PinnedLabel] = "pinned";
        try
        {
            await CallAsync(ContainerdMethods.CreateImage, new CreateImageRequest { Image = image }, lease, cancel).ConfigureAwait(false);
        }
        catch (RpcException error) when (error.Status == RpcStatus.AlreadyExists)
        {
            // Only what is known to be new: CRI keeps labels of its own there.
            var request = new UpdateImageRequest { Image = image, UpdateMask = new() };
            request.UpdateMask.Paths.Add("target");
            if (options.Pinned) request.UpdateMask.Paths.Add("labels." + PinnedLabel);
            await CallAsync(ContainerdMethods.UpdateImage, request, lease, cancel).ConfigureAwait(false);
        }
    }

    // CRI learns of new images by an event.
    private async Task WaitUntilKnownAsync(string name, CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        while (await _runtime.GetImageAsync(name, cancel).ConfigureAwait(false) is null)
        {
            if (_time.GetElapsedTime(started) > AppearTime) throw new RuntimeException(RuntimeError.Failed, $"containerd has {name} now, but its CRI side does not see it. Its log says why.");
            await Task.Delay(PollStep, _time, cancel).ConfigureAwait(false);
        }
    }

    private CreateLeaseRequest NewLease() => new()
    {
        Id = $"keelson-import-{_random.NextInt64():x}",
        Labels = { ["containerd.io/gc.expire"] = (_time.GetUtcNow() + LeaseLife).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) },
    };

    private Task<TResponse> CallAsync<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method, TRequest request, string? lease, CancellationToken cancel)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        _channel.CallAsync(method, request, new RpcCallOptions { Timeout = CallTimeout, Metadata = Metadata(lease) }, cancel);

    private static RpcMetadata Metadata(string? lease)
    {
        var metadata = new RpcMetadata();
        metadata.Add("containerd-namespace", ContainerdMethods.Namespace);
        if (lease is not null) metadata.Add("containerd-lease", lease);
        return metadata;
    }
}
