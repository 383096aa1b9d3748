namespace Keelson.Api.Resources.V1;

/// <summary>The values of DeviceTaintEffect that are known.</summary>
[Closed]
public static class DeviceTaintEffect
{
    public const string NoExecute = "NoExecute";
    public const string NoSchedule = "NoSchedule";
    public const string None = "None";
}
