using Keelson.Node.Runtime.Cri.Protos;
using Wire = Keelson.Node.Runtime.Cri.Protos;

namespace Keelson.Node.Runtime.Cri;

public sealed partial class CriRuntime
{
    public async Task<string> PullImageAsync(string image, RegistryCredential? credential, SandboxConfig? sandbox, CancellationToken cancel)
    {
        var request = new PullImageRequest { Image = new() { Image = image }, SandboxConfig = sandbox is null ? null : SandboxMapping.ToWire(sandbox) };
        if (credential is not null)
        {
            request.Auth = new()
            {
                Username = credential.UserName,
                Password = credential.Password,
                Auth = credential.Auth,
                ServerAddress = credential.ServerAddress,
                IdentityToken = credential.IdentityToken,
                RegistryToken = credential.RegistryToken,
            };
        }

        var answer = await CallAsync(CriMethods.PullImage, request, cancel, _options.PullTimeout).ConfigureAwait(false);
        return answer.ImageRef;
    }

    public async Task<IReadOnlyList<Image>> ListImagesAsync(CancellationToken cancel)
    {
        var answer = await CallAsync(CriMethods.ListImages, new ListImagesRequest(), cancel).ConfigureAwait(false);
        return [.. answer.Images.Select(FromWire)];
    }

    public async Task<Image?> GetImageAsync(string image, CancellationToken cancel)
    {
        var answer = await CallOnWhatMayBeGoneAsync(CriMethods.ImageStatus, new ImageStatusRequest { Image = new() { Image = image } }, cancel).ConfigureAwait(false);
        return answer?.Image is { } found ? FromWire(found) : null;
    }

    public Task RemoveImageAsync(string image, CancellationToken cancel) =>
        CallOnWhatMayBeGoneAsync(CriMethods.RemoveImage, new RemoveImageRequest { Image = new() { Image = image } }, cancel);

    public async Task<IReadOnlyList<FilesystemUsage>> GetImageFilesystemsAsync(CancellationToken cancel)
    {
        var answer = await CallAsync(CriMethods.ImageFsInfo, new ImageFsInfoRequest(), cancel).ConfigureAwait(false);
        return
        [
            .. answer.ImageFilesystems.Select(ContainerMapping.FromWire),
            .. answer.ContainerFilesystems.Select(usage => ContainerMapping.FromWire(usage) with { IsForContainers = true }),
        ];
    }

    private Image FromWire(Wire.Image wire) => new()
    {
        Id = wire.Id,
        Tags = [.. wire.RepoTags],
        Digests = [.. wire.RepoDigests],
        SizeBytes = wire.Size,
        UserId = wire.Uid?.Value,
        UserName = wire.Username,
        Pinned = wire.Pinned || wire.RepoTags.Any(tag => _options.PinnedImages.Contains(tag)),
    };
}
