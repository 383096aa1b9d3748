using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Server.Objects;

namespace Keelson.Server.Admission;

/// <summary>What containers, pods and claims may ask for in a namespace, and what containers ask for that say nothing.</summary>
internal sealed class LimitRanger(AdmissionLookup lookup) : IAdmissionPlugin
{
    private const string Annotation = "kubernetes.io/limit-ranger";

    public async ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request is not { Operation: AdmissionOperation.Create, IsWhole: true, Object.Typed: Pod pod }) return request.Object;
        foreach (var range in await RangesAsync(request, cancel).ConfigureAwait(false)) pod = WithDefaults(pod, range);
        return ReferenceEquals(pod, request.Object.Typed) ? request.Object : new TypedObject(pod);
    }

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (!request.IsWhole) return;
        var problems = new List<string>();
        if (request.Object?.Typed is Pod pod && request.Operation == AdmissionOperation.Create)
        {
            foreach (var range in await RangesAsync(request, cancel).ConfigureAwait(false)) CheckPod(pod, range, problems);
        }
        else if (request.Object?.Typed is PersistentVolumeClaim claim)
        {
            foreach (var limit in (await RangesAsync(request, cancel).ConfigureAwait(false)).SelectMany(range => range.Spec.Limits))
            {
                if (limit.Type == LimitType.PersistentVolumeClaim) LimitCheck.OfClaim(limit, claim, problems);
            }
        }

        if (problems.Count > 0) throw request.Forbid(problems.Count == 1 ? problems[0] : $"[{string.Join(", ", problems.Distinct())}]");
    }

    private async ValueTask<IEnumerable<LimitRange>> RangesAsync(AdmissionRequest request, CancellationToken cancel) =>
        (await lookup.ListLimitsAsync(lookup.Resource("", "limitranges"), request, cancel).ConfigureAwait(false)).Select(item => (LimitRange)item.Object.Typed!);

    private static void CheckPod(Pod pod, LimitRange range, List<string> problems)
    {
        foreach (var limit in range.Spec.Limits)
        {
            if (limit.Type == LimitType.Container)
            {
                foreach (var container in pod.Spec.Containers.Concat(pod.Spec.InitContainers))
                {
                    LimitCheck.Of(limit, container.Resources.Requests, container.Resources.Limits, problems);
                }
            }
            else if (limit.Type == LimitType.Pod)
            {
                LimitCheck.Of(limit, PodResources.Requests(pod.Spec), PodResources.Limits(pod.Spec), problems);
            }
        }
    }

    private static Pod WithDefaults(Pod pod, LimitRange range)
    {
        var (requests, limits) = (ApiMap<Quantity>.Empty, ApiMap<Quantity>.Empty);
        foreach (var limit in range.Spec.Limits)
        {
            if (limit.Type != LimitType.Container) continue;
            requests = requests.WithAll(limit.DefaultRequest);
            limits = limits.WithAll(limit.Default);
        }

        var notes = new List<string>();
        var containers = Fill(pod.Spec.Containers, requests, limits, "container", notes);
        var initContainers = Fill(pod.Spec.InitContainers, requests, limits, "init container", notes);
        if (notes.Count == 0) return pod;
        return pod with
        {
            Metadata = pod.Metadata with { Annotations = pod.Metadata.Annotations.With(Annotation, "LimitRanger plugin set: " + string.Join("; ", notes)) },
            Spec = pod.Spec with { Containers = containers, InitContainers = initContainers },
        };
    }

    private static ApiList<Container> Fill(ApiList<Container> containers, ApiMap<Quantity> requests, ApiMap<Quantity> limits, string kind, List<string> notes)
    {
        for (var i = 0; i < containers.Count; i++)
        {
            var resources = containers[i].Resources;
            var filled = resources with
            {
                Requests = Fill(resources.Requests, requests, $"request for {kind} {containers[i].Name}", notes),
                Limits = Fill(resources.Limits, limits, $"limit for {kind} {containers[i].Name}", notes),
            };
            if (filled != resources) containers = containers.With(i, containers[i] with { Resources = filled });
        }

        return containers;
    }

    private static ApiMap<Quantity> Fill(ApiMap<Quantity> amounts, ApiMap<Quantity> defaults, string what, List<string> notes)
    {
        var missing = defaults.Where(pair => !amounts.ContainsKey(pair.Key)).ToApiMap();
        if (missing.IsEmpty) return amounts;
        notes.Add($"{string.Join(", ", missing.Keys)} {what}");
        return amounts.WithAll(missing);
    }
}
