namespace Keelson.Api.Meta.V1;

/// <summary>The values of ConditionStatus that are known.</summary>
public static class ConditionStatus
{
    public const string False = "False";
    public const string True = "True";
    public const string Unknown = "Unknown";
}
