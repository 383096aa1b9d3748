using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Admission.Quotas;

/// <summary>No namespace takes more than its quotas allow: what a write takes is added to their status before it is stored.</summary>
/// <remarks>
/// What is used only grows here. Where it would be too much it is counted again first, so that what has gone since makes room at
/// once; so quotas hold also before, or without, a controller that keeps their status right.
/// </remarks>
internal sealed class ResourceQuotas(AdmissionLookup lookup, TimeProvider time) : IAdmissionPlugin
{
    /// <summary>How often a quota's status is written that others keep overtaking; default 50.</summary>
    private const int MaxTries = 50;

    private readonly PendingCharges _pending = new(time);

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request.Operation is not (AdmissionOperation.Create or AdmissionOperation.Update) || request.Name.Namespace.Length == 0 || request.Object is null) return;

        // What is stored nowhere takes no room.
        if (!request.Resource.IsStored) return;
        if (!request.IsWhole && request.Subresource != "resize") return;
        var resource = lookup.Resource("", "resourcequotas");

        // A quota that is changed is not refused by itself.
        if (request.Operation == AdmissionOperation.Update && request.Resource == resource) return;
        foreach (var item in await lookup.ListLimitsAsync(resource, request, cancel).ConfigureAwait(false))
        {
            await TakeAsync(request, resource, item, cancel).ConfigureAwait(false);
        }
    }

    private async ValueTask TakeAsync(AdmissionRequest request, RegisteredResource resource, CachedObject current, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            var quota = (ResourceQuota)current.Object.Typed!;
            var taken = Taken(request, quota);
            if (taken.Count == 0) return;
            if (quota.Status.Hard != quota.Spec.Hard) quota = await CountedAsync(request, quota, cancel).ConfigureAwait(false);
            if (Excess(quota, taken).Count > 0) quota = await CountedAsync(request, quota, cancel).ConfigureAwait(false);
            Check(request, quota, taken);
            if (request.DryRun) return;
            var next = quota with { Status = quota.Status with { Used = Sum(quota.Status.Used, taken) } };

            // Noted before it is charged: whoever counts again in between must not forget it.
            var takeBack = _pending.Add(current.Name, request.Resource, request.Name, taken);
            var result = await lookup.Objects.ReplaceAsync(resource, current, new TypedObject(next), cancel).ConfigureAwait(false);
            if (result.Succeeded || result.Value is null) return;
            takeBack();
            current = result.Value;
        }

        throw Failures.Modified(resource, current.Name.Name);
    }

    /// <summary>What the write takes of a quota; nothing where it takes no more than what was there before it.</summary>
    private static Dictionary<string, Quantity> Taken(AdmissionRequest request, ResourceQuota quota)
    {
        var value = request.Object!;
        if (!QuotaScopes.Match(quota, value)) return [];
        var usage = QuotaUsage.Of(request.Resource, value);
        var limited = quota.Spec.Hard.Keys.Where(name => QuotaUsage.Concerns(name, request.Resource)).ToList();
        if (request.Operation == AdmissionOperation.Create && value.Typed is Pod pod) RequireAmounts(request, quota, pod, limited);
        var before = request.OldObject is { } old && QuotaScopes.Match(quota, old) ? QuotaUsage.Of(request.Resource, old) : [];
        var taken = new Dictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var name in limited)
        {
            var more = usage.GetValueOrDefault(name) - before.GetValueOrDefault(name);
            if (more.Sign > 0) taken[name] = more;
        }

        return taken;
    }

    // A pod that doesn't say what it needs would take without being counted.
    private static void RequireAmounts(AdmissionRequest request, ResourceQuota quota, Pod pod, List<string> limited)
    {
        var missing = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var name in limited)
        {
            if (name is not ("cpu" or "memory" or "requests.cpu" or "requests.memory" or "limits.cpu" or "limits.memory")) continue;
            var (isLimit, plain) = (name.StartsWith("limits.", StringComparison.Ordinal), name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..]);
            foreach (var container in pod.Spec.Containers.Concat(pod.Spec.InitContainers))
            {
                var amounts = isLimit ? container.Resources.Limits : container.Resources.Requests;
                if (amounts.ContainsKey(plain)) continue;
                if (!missing.TryGetValue(name, out var containers)) missing[name] = containers = [];
                containers.Add(container.Name);
            }
        }

        if (missing.Count == 0) return;
        var what = string.Join("; ", missing.Select(pair => $"{pair.Key} for: {string.Join(",", pair.Value.Order(StringComparer.Ordinal))}"));
        throw request.Forbid($"failed quota: {quota.Metadata.Name}: must specify {what}");
    }

    private static List<string> Excess(ResourceQuota quota, Dictionary<string, Quantity> taken) =>
        [.. taken.Where(pair => quota.Status.Used.GetValueOrDefault(pair.Key) + pair.Value > quota.Status.Hard.GetValueOrDefault(pair.Key)).Select(pair => pair.Key).Order(StringComparer.Ordinal)];

    private static void Check(AdmissionRequest request, ResourceQuota quota, Dictionary<string, Quantity> taken)
    {
        var excess = Excess(quota, taken);
        if (excess.Count == 0) return;
        var requested = Text(excess, name => taken[name]);
        var used = Text(excess, name => quota.Status.Used.GetValueOrDefault(name));
        var limited = Text(excess, name => quota.Status.Hard.GetValueOrDefault(name));
        throw request.Forbid($"exceeded quota: {quota.Metadata.Name}, requested: {requested}, used: {used}, limited: {limited}");
    }

    private static string Text(List<string> names, Func<string, Quantity> amount) => string.Join(",", names.Select(name => $"{name}={amount(name)}"));

    private static ApiMap<Quantity> Sum(ApiMap<Quantity> used, Dictionary<string, Quantity> taken)
    {
        foreach (var (name, amount) in taken) used = used.With(name, used.GetValueOrDefault(name) + amount);
        return used;
    }

    /// <summary>The quota with what is really used, counted on the caches, as its status.</summary>
    private async ValueTask<ResourceQuota> CountedAsync(AdmissionRequest request, ResourceQuota quota, CancellationToken cancel)
    {
        var used = quota.Spec.Hard.ToDictionary(pair => pair.Key, _ => default(Quantity), StringComparer.Ordinal);
        var seen = new HashSet<(string Prefix, ObjectName Name)>();
        foreach (var resource in lookup.Registry.All.Where(resource => resource is { IsNamespaced: true, IsStored: true }).DistinctBy(resource => resource.KeyPrefix))
        {
            var limited = quota.Spec.Hard.Keys.Where(name => QuotaUsage.Concerns(name, resource)).ToList();
            if (limited.Count == 0) continue;
            foreach (var item in await lookup.ListLimitsAsync(resource, request, cancel).ConfigureAwait(false))
            {
                seen.Add((resource.KeyPrefix, item.Name));
                if (!QuotaScopes.Match(quota, item.Object)) continue;
                var usage = QuotaUsage.Of(resource, item.Object);
                foreach (var name in limited) used[name] += usage.GetValueOrDefault(name);
            }
        }

        _pending.AddTo(used, new ObjectName(quota.Metadata.Namespace, quota.Metadata.Name), seen);
        return quota with { Status = new ResourceQuotaStatus { Hard = quota.Spec.Hard, Used = used } };
    }
}
