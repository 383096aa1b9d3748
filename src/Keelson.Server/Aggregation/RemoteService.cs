using Keelson.Api;
using Keelson.Api.ApiRegistration.V1;
using Keelson.Server.Webhooks;

namespace Keelson.Server.Aggregation;

/// <summary>A version of a group that another server answers, as its APIService says.</summary>
/// <param name="IsAvailable">Whether it answered when it was last asked; null before that.</param>
internal sealed record RemoteService(string Group, string Version, ServicePriority Priority, WebhookService Service, BackendTrust Trust, bool? IsAvailable)
{
    public string Name => $"{Version}.{Group}";

    public string Path => $"/apis/{Group}/{Version}";

    public static RemoteService? Of(APIService service)
    {
        var spec = service.Spec;
        if (spec.Service is not { } named || spec.Group.Length == 0) return null;
        return new RemoteService(
            spec.Group, spec.Version, new ServicePriority(spec.GroupPriorityMinimum, spec.VersionPriority), new WebhookService(named.Namespace, named.Name, named.Port ?? 443),
            new BackendTrust(spec.CaBundle, spec.InsecureSkipTLSVerify), Availability.Of(service) is { } known ? known.Status == ConditionStatus.True : null);
    }
}

/// <summary>Whom to believe that they are the server.</summary>
/// <param name="Authority">PEM certificates; empty for those that the machine believes.</param>
internal readonly record struct BackendTrust(Bytes Authority, bool Anybody);
