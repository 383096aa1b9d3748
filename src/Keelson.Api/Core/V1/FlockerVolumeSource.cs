namespace Keelson.Api.Core.V1;

/// <summary>A dataset of the Flocker volume manager; its driver has been removed and the type is kept for compatibility.</summary>
[ApiType]
public sealed partial record FlockerVolumeSource
{
    /// <summary>Name of the dataset; deprecated in favour of datasetUUID.</summary>
    [Field(1)] public string DatasetName { get; init; } = "";

    /// <summary>Unique identifier of the dataset; excludes datasetName.</summary>
    [Field(2)] public string DatasetUUID { get; init; } = "";
}
