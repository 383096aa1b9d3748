namespace Keelson.Node.Runtime.Images;

/// <summary>What the parts of images are called.</summary>
internal static class MediaTypes
{
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciConfig = "application/vnd.oci.image.config.v1+json";
    public const string OciLayer = "application/vnd.oci.image.layer.v1.tar";
    public const string DockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";
    public const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar";
    public const string DockerGzipLayer = DockerLayer + ".gzip";

    public static bool IsIndex(string mediaType) => mediaType is OciIndex or DockerIndex;

    public static bool IsManifest(string mediaType) => mediaType is OciManifest or DockerManifest;
}
