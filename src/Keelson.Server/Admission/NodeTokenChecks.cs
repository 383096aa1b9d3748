using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Storage.V1;
using Keelson.Server.Access;
using Keelson.Server.Http;
using TokenRequest = Keelson.Api.Authentication.V1.TokenRequest;

namespace Keelson.Server.Admission;

/// <summary>Which tokens a node may ask for: those of pods that run on it, for whom these pods use them.</summary>
/// <remarks>Who has a node must not become every account that has a pod somewhere, nor pass for its pods where these never go.</remarks>
internal sealed class NodeTokenChecks(AdmissionLookup lookup, IAuthorizer authorizer)
{
    private const string AudienceVerb = "request-serviceaccounts-token-audience";

    public async ValueTask CheckAsync(AdmissionRequest request, string node, CancellationToken cancel)
    {
        if (request.Object?.Typed is not TokenRequest asked) return;
        if (asked.Spec.BoundObjectRef is not { ApiVersion: "v1", Kind: "Pod", Name.Length: > 0 } reference) throw request.Forbid("node requested token not bound to a pod");
        if (reference.Uid.Length == 0) throw request.Forbid("node requested token with a pod binding without a uid");
        var pod = await lookup.FindAsync<Pod>("", "pods", request.Name.Namespace, reference.Name, cancel).ConfigureAwait(false) ?? throw Failures.NotFound(lookup.Resource("", "pods"), reference.Name);
        if (pod.Metadata.Uid != reference.Uid)
        {
            throw request.Forbid($"the UID in the bound object reference ({reference.Uid}) does not match the UID in record. The object might have been deleted and then recreated");
        }

        if (pod.Spec.NodeName != node) throw request.Forbid("node requested token bound to a pod scheduled on a different node");
        await CheckAudienceAsync(request, asked.Spec.Audiences, pod, cancel).ConfigureAwait(false);
    }

    private async ValueTask CheckAudienceAsync(AdmissionRequest request, ApiList<string> audiences, Pod pod, CancellationToken cancel)
    {
        if (audiences.Count > 1) throw request.Forbid("node may only request 0 or 1 audiences");
        var audience = audiences.IsEmpty ? "" : audiences[0];
        if (await UsesAsync(pod, audience, cancel).ConfigureAwait(false)) return;
        var question = new RequestInfo
        {
            Path = "",
            IsResource = true,
            Verb = AudienceVerb,
            Version = "*",
            Namespace = request.Name.Namespace,
            Resource = audience,
            Name = request.Name.Name,
        };
        var decision = await authorizer.AuthorizeAsync(request.User, question, cancel).ConfigureAwait(false);
        if (!decision.IsAllowed) throw request.Forbid($"audience \"{audience}\" not found in pod spec volume, {request.User.Username} is not authorized to request tokens for this audience");
    }

    private async ValueTask<bool> UsesAsync(Pod pod, string audience, CancellationToken cancel)
    {
        foreach (var volume in pod.Spec.Volumes)
        {
            var source = volume.VolumeSource;
            if (source.Projected?.Sources.Any(part => part.ServiceAccountToken is { } token && token.Audience == audience) == true) return true;
            var driver = source.Csi?.Driver ?? (await VolumeOfAsync(pod, volume, cancel).ConfigureAwait(false))?.Spec.PersistentVolumeSource.Csi?.Driver;
            if (driver is not { Length: > 0 }) continue;
            var known = await lookup.FindAsync<CSIDriver>("storage.k8s.io", "csidrivers", "", driver, cancel).ConfigureAwait(false);
            if (known?.Spec.TokenRequests.Any(token => token.Audience == audience) == true) return true;
        }

        return false;
    }

    private async ValueTask<PersistentVolume?> VolumeOfAsync(Pod pod, Volume volume, CancellationToken cancel)
    {
        var name = volume.VolumeSource.Ephemeral is not null ? $"{pod.Metadata.Name}-{volume.Name}" : volume.VolumeSource.PersistentVolumeClaim?.ClaimName;
        if (name is not { Length: > 0 }) return null;
        var claim = await lookup.FindAsync<PersistentVolumeClaim>("", "persistentvolumeclaims", pod.Metadata.Namespace, name, cancel).ConfigureAwait(false);
        return claim?.Spec.VolumeName is { Length: > 0 } bound ? await lookup.FindAsync<PersistentVolume>("", "persistentvolumes", "", bound, cancel).ConfigureAwait(false) : null;
    }
}
