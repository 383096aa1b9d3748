namespace Keelson.Api.Autoscaling.V1;

/// <summary>The values of MetricSourceType that are known.</summary>
[Closed]
public static class MetricSourceType
{
    public const string ContainerResource = "ContainerResource";
    public const string External = "External";
    public const string Object = "Object";
    public const string Pods = "Pods";
    public const string Resource = "Resource";
}
