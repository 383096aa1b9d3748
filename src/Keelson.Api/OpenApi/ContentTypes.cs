namespace Keelson.Api.OpenApi;

/// <summary>The content types that operations speak.</summary>
internal static class ContentTypes
{
    public const string Json = "application/json";
    private const string Yaml = "application/yaml";
    private const string Protobuf = "application/vnd.kubernetes.protobuf";

    public static IReadOnlyList<string> Anything { get; } = ["*/*"];

    public static IReadOnlyList<string> Objects { get; } = [Json, Protobuf, Yaml];

    public static IReadOnlyList<string> Lists { get; } = [Json, Json + ";stream=watch", Protobuf, Protobuf + ";stream=watch", Yaml];

    /// <summary>Custom resources have no protobuf form.</summary>
    public static IReadOnlyList<string> CustomObjects { get; } = [Json, Yaml];

    public static IReadOnlyList<string> Logs { get; } = [Json, Protobuf, Yaml, "text/plain"];

    public static IReadOnlyList<string> JsonOnly { get; } = [Json];

    public static IReadOnlyList<string> Patches { get; } =
        ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json"];

    public static IReadOnlyList<string> CustomPatches { get; } =
        ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"];
}
