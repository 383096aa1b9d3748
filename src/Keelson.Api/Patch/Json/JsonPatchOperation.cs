using Keelson.Api.Values;

namespace Keelson.Api.Patch.Json;

/// <summary>One operation. What it lacks shows when it is applied, as upstream has it.</summary>
internal sealed class JsonPatchOperation(MapValue fields)
{
    /// <summary>The text that stands for an operation without a name.</summary>
    internal string Name => fields["op"]?.AsText() ?? "unknown";

    internal string? Path => fields["path"]?.AsText();

    internal string? From => fields["from"]?.AsText();

    internal Value? Value => fields["value"];
}
