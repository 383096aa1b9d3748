using System.Globalization;
using Keelson.Api;
using Keelson.Api.ApiRegistration.V1;
using Keelson.Api.Core.V1;
using Keelson.Api.Discovery.V1;
using ConditionStatus = Keelson.Api.ApiRegistration.V1.ConditionStatus;

namespace Keelson.Server.Aggregation;

/// <summary>Whether the server behind an APIService can be asked, as its condition tells it.</summary>
internal static class Availability
{
    public static APIServiceCondition Local { get; } = Make(ConditionStatus.True, "Local", "Local APIServices are always available");

    public static APIServiceCondition Passed { get; } = Make(ConditionStatus.True, "Passed", "all checks passed");

    public static APIServiceCondition FailedDiscovery(string why) => Make(ConditionStatus.False, "FailedDiscoveryCheck", why);

    /// <summary>What speaks against asking the server at all; null where it is worth a try.</summary>
    public static APIServiceCondition? Obstacle(Webhooks.WebhookService target, Service? service, IReadOnlyList<EndpointSlice> slices)
    {
        var shown = $"service/{target.Name} in \"{target.Namespace}\"";
        if (service is null) return Make(ConditionStatus.False, "ServiceNotFound", $"{shown} is not present");
        if (service.Spec.Type != ServiceType.ClusterIP) return null;
        if (service.Spec.Ports.FirstOrDefault(port => port.Port == target.Port) is not { } wanted)
        {
            return Make(ConditionStatus.False, "ServicePortError", string.Create(CultureInfo.InvariantCulture, $"{shown} is not listening on port {target.Port}"));
        }

        if (slices.Count == 0) return Make(ConditionStatus.False, "EndpointsNotFound", $"cannot find endpointslices for {shown}");
        var isServed = slices.Any(slice => slice.Endpoints.Any(endpoint => endpoint.Conditions.Ready != false) && slice.Ports.Any(port => (port.Name ?? "") == wanted.Name && port.Port is not null));
        return isServed ? null : Make(ConditionStatus.False, "MissingEndpoints", $"endpointslices for {shown} have no addresses with port name \"{wanted.Name}\"");
    }

    public static APIServiceCondition? Of(APIService service) => service.Status.Conditions.FirstOrDefault(condition => condition.Type == APIServiceConditionType.Available);

    /// <summary>The object with the condition; the same one where that changes nothing.</summary>
    public static APIService With(APIService service, APIServiceCondition condition, Time now)
    {
        var known = Of(service);
        var next = condition with { LastTransitionTime = known?.Status == condition.Status ? known.LastTransitionTime : now };
        if (next == known) return service;
        var others = service.Status.Conditions.Where(other => other.Type != APIServiceConditionType.Available);
        return service with { Status = service.Status with { Conditions = others.Append(next).ToApiList() } };
    }

    private static APIServiceCondition Make(string status, string reason, string message) =>
        new() { Type = APIServiceConditionType.Available, Status = status, Reason = reason, Message = message };
}
