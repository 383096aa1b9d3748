namespace Keelson.Api.Core.V1;

/// <summary>What happens to a container when one of its resources is resized in place.</summary>
[ApiType]
public sealed partial record ContainerResizePolicy
{
    /// <summary>The resource in question: cpu or memory.</summary>
    [Field(1, Emit = Emit.Always), KnownValues(typeof(ResourceName))] public string ResourceName { get; init; } = "";

    /// <summary>NotRequired applies the change to the running container (default); RestartContainer restarts it.</summary>
    [Field(2, Emit = Emit.Always), KnownValues(typeof(ResourceResizeRestartPolicy))] public string RestartPolicy { get; init; } = "";
}

/// <summary>The values of ResourceResizeRestartPolicy that are known.</summary>
public static class ResourceResizeRestartPolicy
{
    public const string NotRequired = "NotRequired";
    public const string RestartContainer = "RestartContainer";
}
