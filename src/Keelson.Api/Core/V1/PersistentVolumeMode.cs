namespace Keelson.Api.Core.V1;

/// <summary>The values of PersistentVolumeMode that are known.</summary>
[Closed]
public static class PersistentVolumeMode
{
    public const string Block = "Block";
    public const string Filesystem = "Filesystem";
}
