using Keelson.Api;
using Keelson.Server.Registry;
using CoreEvent = Keelson.Api.Core.V1.Event;
using NewEvent = Keelson.Api.Events.V1.Event;
using OldAutoscaler = Keelson.Api.Autoscaling.V1.HorizontalPodAutoscaler;
using StoredAutoscaler = Keelson.Api.Autoscaling.V2.HorizontalPodAutoscaler;

namespace Keelson.Server.Converting;

/// <summary>The declared resources that are served in several versions, as one list: what is stored, and what is served beside it.</summary>
internal static class Families
{
    /// <summary>Each with the other version, and what is special about it there.</summary>
    public static IReadOnlyList<(KindInfo Stored, OtherVersion Other, Func<VersionFamily, ResourceStrategy> Strategy)> All { get; } =
    [
        (
            Kind("v1", "Event"),
            OtherVersion.Of<NewEvent, CoreEvent>(Kind("events.k8s.io/v1", "Event"), EventVersions.ToCore, EventVersions.FromCore),
            _ => new ResourceStrategy { CreatesOnUpdate = true, SelectableFields = EventVersions.SelectableFields }),
        (
            Kind("autoscaling/v2", "HorizontalPodAutoscaler"),
            OtherVersion.Of<OldAutoscaler, StoredAutoscaler>(Kind("autoscaling/v1", "HorizontalPodAutoscaler"), AutoscalerVersions.ToNew, AutoscalerVersions.FromNew),
            family => new OldAutoscalerStrategy(family)),
    ];

    private static KindInfo Kind(string apiVersion, string kind) =>
        Catalog.Find(GroupVersionKind.Parse(apiVersion, kind)!.Value) ?? throw new InvalidOperationException($"{apiVersion} {kind} is not declared");
}
