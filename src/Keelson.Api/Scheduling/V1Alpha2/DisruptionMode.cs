namespace Keelson.Api.Scheduling.V1Alpha2;

/// <summary>The values of DisruptionMode that are known.</summary>
[Closed]
public static class DisruptionMode
{
    public const string Pod = "Pod";
    public const string PodGroup = "PodGroup";
}
