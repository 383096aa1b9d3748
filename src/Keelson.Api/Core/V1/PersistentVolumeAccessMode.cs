namespace Keelson.Api.Core.V1;

/// <summary>The values of PersistentVolumeAccessMode that are known.</summary>
[Closed]
public static class PersistentVolumeAccessMode
{
    public const string ReadOnlyMany = "ReadOnlyMany";
    public const string ReadWriteMany = "ReadWriteMany";
    public const string ReadWriteOnce = "ReadWriteOnce";
    public const string ReadWriteOncePod = "ReadWriteOncePod";
}
