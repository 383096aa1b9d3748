using System.Net;
using System.Net.Http.Headers;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api.Networking.V1;

namespace Keelson.Server.Allocation;

/// <summary>Keeps the ServiceCIDR that has the ranges the server was started with: makes it, says that it is ready, and adds a second family.</summary>
internal sealed class DefaultRange(HttpClient client, ServiceRanges ranges, TimeProvider time)
{
    private const string Folder = "/apis/networking.k8s.io/v1/servicecidrs";
    private const string Writer = "kubernetes-service-cidr-controller";

    private bool _hasTold;

    private ApiList<string> Wanted => ranges.All.Select(range => range.ToString()).ToApiList();

    /// <summary>Makes the ServiceCIDR where there is none. Services can have addresses from it from then on.</summary>
    public async Task CreateAsync(CancellationToken cancel)
    {
        var made = new ServiceCIDR { Metadata = new ObjectMeta { Name = ServiceRangeSet.DefaultName }, Spec = new ServiceCIDRSpec { Cidrs = Wanted } };
        using var created = await client.PostAsync(new Uri($"{Folder}?fieldManager=kube-apiserver", UriKind.Relative), Content(made, "application/json"), cancel).ConfigureAwait(false);
        if (created.StatusCode != HttpStatusCode.Conflict) created.EnsureSuccessStatusCode();
    }

    /// <summary>Makes the ServiceCIDR that is missing, and brings the one that is there as near to the options as may be.</summary>
    public async Task KeepAsync(CancellationToken cancel)
    {
        using var found = await client.GetAsync(new Uri($"{Folder}/{ServiceRangeSet.DefaultName}", UriKind.Relative), cancel).ConfigureAwait(false);
        if (found.StatusCode == HttpStatusCode.NotFound)
        {
            await CreateAsync(cancel).ConfigureAwait(false);
            await SayReadyAsync(cancel).ConfigureAwait(false);
            return;
        }

        // One that can't be read has to be removed by hand, and a server that does not start is no way to that.
        if (!found.IsSuccessStatusCode) return;
        var wanted = Wanted;
        var known = ApiJson.Decode<ServiceCIDR>(await found.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false), new DecodeReport());
        if (wanted.Count == 2 && known.Spec.Cidrs.Count == 1 && known.Spec.Cidrs[0] == wanted[0])
        {
            known = known with { Spec = known.Spec with { Cidrs = wanted } };
            using var updated = await client.PutAsync(Path(known.Metadata.Name), Content(known, "application/json"), cancel).ConfigureAwait(false);
            if (!updated.IsSuccessStatusCode) return;
        }

        if (known.Metadata.DeletionTimestamp is not null) return;
        if (known.Spec.Cidrs != wanted) await TellOnceAsync(known, wanted, cancel).ConfigureAwait(false);
        else if (known.Status.Conditions.All(condition => condition.Type != "Ready" || condition.Status == ConditionStatus.Unknown)) await SayReadyAsync(cancel).ConfigureAwait(false);
    }

    private async Task SayReadyAsync(CancellationToken cancel)
    {
        var status = new ServiceCIDR
        {
            ApiVersion = "networking.k8s.io/v1",
            Kind = "ServiceCIDR",
            Metadata = new ObjectMeta { Name = ServiceRangeSet.DefaultName },
            Status = new ServiceCIDRStatus
            {
                Conditions = [new Condition { Type = "Ready", Status = ConditionStatus.True, Message = "Kubernetes default Service CIDR is ready", LastTransitionTime = Time.FromDateTimeOffset(time.GetUtcNow()) }],
            },
        };

        // Without it the range is ready all the same; nobody only says so.
        using var response = await client.PatchAsync(
            new Uri($"{Folder}/{ServiceRangeSet.DefaultName}/status?fieldManager={Writer}&force=true", UriKind.Relative), Content(status, "application/apply-patch+yaml"), cancel).ConfigureAwait(false);
    }

    private async Task TellOnceAsync(ServiceCIDR known, ApiList<string> wanted, CancellationToken cancel)
    {
        if (_hasTold) return;
        _hasTold = true;
        var about = new ObjectReference { ApiVersion = "networking.k8s.io/v1", Kind = "ServiceCIDR", Name = known.Metadata.Name, Uid = known.Metadata.Uid };
        var message = $"The default ServiceCIDR [{string.Join(' ', known.Spec.Cidrs)}] does not match the controller flag configurations [{string.Join(' ', wanted)}]";
        await new AddressEvents(client, time, Writer).TellAsync(about, "KubernetesDefaultServiceCIDRInconsistent", "", message, cancel).ConfigureAwait(false);
    }

    private static Uri Path(string name) => new($"{Folder}/{name}", UriKind.Relative);

    private static ByteArrayContent Content(ServiceCIDR value, string type) =>
        new(ApiJson.Encode(value)) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
}
