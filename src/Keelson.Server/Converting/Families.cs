using Keelson.Api;
using Keelson.Server.Registry;
using CoreEvent = Keelson.Api.Core.V1.Event;
using NewEvent = Keelson.Api.Events.V1.Event;
using Devices = Keelson.Api.Resources;
using OldAutoscaler = Keelson.Api.Autoscaling.V1.HorizontalPodAutoscaler;
using Policies = Keelson.Api.AdmissionRegistration;
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
        SameShape<Policies.V1Beta1.MutatingAdmissionPolicy, Policies.V1.MutatingAdmissionPolicy>(),
        SameShape<Policies.V1Beta1.MutatingAdmissionPolicyBinding, Policies.V1.MutatingAdmissionPolicyBinding>(),
        SameShape<Devices.V1Beta2.ResourceSlice, Devices.V1.ResourceSlice>(),
        SameShape<Devices.V1Beta2.ResourceClaim, Devices.V1.ResourceClaim>(),
        SameShape<Devices.V1Beta2.ResourceClaimTemplate, Devices.V1.ResourceClaimTemplate>(),
        SameShape<Devices.V1Beta2.DeviceClass, Devices.V1.DeviceClass>(),
    ];

    /// <summary>Two versions with the same fields.</summary>
    private static (KindInfo, OtherVersion, Func<VersionFamily, ResourceStrategy>) SameShape<TOther, TStored>()
        where TOther : class, IResource<TOther>
        where TStored : class, IResource<TStored>
    {
        var stored = Catalog.Find(TStored.GroupVersionKind)!;
        var other = OtherVersion.Of<TOther, TStored>(
            Catalog.Find(TOther.GroupVersionKind)!,
            value => ApiJson.Decode<TStored>(ApiJson.Encode(value.Typed(TStored.GroupVersionKind))),
            value => ApiJson.Decode<TOther>(ApiJson.Encode(value.Typed(TOther.GroupVersionKind))));
        return (stored, other, family => new SameShapeStrategy(family, Registrations.StrategyOf(stored.Resource!)));
    }

    private static KindInfo Kind(string apiVersion, string kind) =>
        Catalog.Find(GroupVersionKind.Parse(apiVersion, kind)!.Value) ?? throw new InvalidOperationException($"{apiVersion} {kind} is not declared");
}
