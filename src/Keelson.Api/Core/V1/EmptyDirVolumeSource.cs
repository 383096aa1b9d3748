namespace Keelson.Api.Core.V1;

/// <summary>A scratch directory that starts empty, is shared by the pod's containers and disappears with the pod.</summary>
[ApiType]
public sealed partial record EmptyDirVolumeSource
{
    /// <summary>Backing store: empty for the node's disk (default), Memory for tmpfs, HugePages or HugePages- with a page size.</summary>
    [Field(1), KnownValues(typeof(StorageMedium))] public string Medium { get; init; } = "";

    /// <summary>
    /// Most the directory may hold; exceeding it on disk evicts the pod. Unlimited when unset; with Memory the pod's memory limit
    /// also caps it.
    /// </summary>
    [Field(2)] public Quantity? SizeLimit { get; init; }
}

/// <summary>The values of StorageMedium that are known.</summary>
public static class StorageMedium
{
    public const string Unset = "";
    public const string HugePages = "HugePages";
    public const string HugePagesPrefix = "HugePages-";
    public const string Memory = "Memory";
}
