using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Policy.V1;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Objects;

namespace Keelson.Server.Verbs.Subresources;

/// <summary>Deletes a pod if the disruption budget that covers it can bear the loss.</summary>
internal sealed class EvictionHandler(ServerContext server, Updating updating, Deleting deleting) : IVerbHandler
{
    private const string WouldViolate = "Cannot evict pod as it would violate the pod's disruption budget.";

    /// <summary>How often a budget's count is written that others keep overtaking; default 50.</summary>
    private const int MaxTries = 50;

    /// <summary>How many evictions a budget's controller may leave unseen; default 2000, as upstream.</summary>
    private const int MaxUnseen = 2000;

    private const int RetryAfterSeconds = 10;

    public async ValueTask HandleAsync(ApiRequest request)
    {
        var eviction = await RequestBody.ReadKindAsync<Eviction>(request.Http.Request, request.Cancel).ConfigureAwait(false) ?? throw Failures.BadRequest("an eviction is expected");
        if (eviction.Metadata.Name.Length > 0 && eviction.Metadata.Name != request.Info.Name) throw Failures.BadRequest("name in URL does not match name in Eviction object");
        eviction = (Eviction)await Admitting.RunAsync(server, request, eviction).ConfigureAwait(false);
        var options = eviction.DeleteOptions ?? new DeleteOptions();
        var dryRun = request.Options.DryRun | QueryOptions.CheckDryRun(options.DryRun.AsSpan().ToArray());
        if (dryRun) options = options with { DryRun = ["All"] };
        var current = await server.Objects.GetAsync(request.Resource, request.Name, request.Cancel).ConfigureAwait(false)
            ?? throw Failures.NotFound(request.Resource, request.Info.Name);
        var pod = (Pod)current.Object.Typed!;
        if (options.Preconditions?.Uid is { } uid && uid != pod.Metadata.Uid)
        {
            throw Failures.Conflict(request.Resource, request.Info.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {pod.Metadata.Uid}");
        }

        if (!CostsNothing(pod)) await SpendAsync(request, pod, dryRun).ConfigureAwait(false);
        current = await MarkAsync(request, current, dryRun).ConfigureAwait(false);
        Deleting.Check(options);

        // The eviction was admitted; what it comes to is not asked about again, as upstream.
        await deleting.RunAsync(request, current, options, isAdmitted: true).ConfigureAwait(false);
        await Answers.KindAsync(request, 201, new Status { ApiVersion = "v1", Kind = "Status", StatusValue = "Success", Code = 201 }).ConfigureAwait(false);
    }

    // What has ended, has not begun or goes already does not count as healthy.
    private static bool CostsNothing(Pod pod) =>
        pod.Status.Phase is PodPhase.Succeeded or PodPhase.Failed or PodPhase.Pending || pod.Metadata.DeletionTimestamp is not null;

    private async ValueTask SpendAsync(ApiRequest request, Pod pod, bool dryRun)
    {
        var resource = server.Registry.Find("policy", "v1", "poddisruptionbudgets") ?? throw new InvalidOperationException("disruption budgets are not registered");
        await server.Objects.CatchUpAsync(request.Cancel).ConfigureAwait(false);
        var covering = server.Feed.CacheOf(resource).State.Index.All
            .Where(item => item.Name.Namespace == request.Info.Namespace && Covers((PodDisruptionBudget)item.Object.Typed!, pod)).Take(2).ToList();
        if (covering.Count == 0) return;
        if (covering.Count > 1) throw Failure(500, StatusReason.InternalError, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.", null);
        var current = covering[0];
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            var budget = (PodDisruptionBudget)current.Object.Typed!;
            if (IsFree(budget, pod)) return;
            CheckBudget(request, budget);
            if (dryRun) return;
            var result = await server.Objects.ReplaceAsync(resource, current, new TypedObject(Spent(budget, pod)), request.Cancel).ConfigureAwait(false);
            if (result.Succeeded || result.Value is null) return;
            current = result.Value;
        }

        throw Failure(429, StatusReason.TooManyRequests, WouldViolate, new StatusDetails { RetryAfterSeconds = RetryAfterSeconds });
    }

    private static bool Covers(PodDisruptionBudget budget, Pod pod)
    {
        if (budget.Spec.Selector is not { } selector) return false;
        return Api.Selectors.LabelQuery.TryCreate(
            selector.MatchLabels,
            [.. selector.MatchExpressions.Select(expression => new Api.Selectors.LabelExpression(expression.Key, expression.Operator, expression.Values))],
            out var query,
            out _) && query.Matches(pod.Metadata.Labels);
    }

    // A pod that runs and is not ready is no loss, as long as the others suffice or the budget does not care.
    private static bool IsFree(PodDisruptionBudget budget, Pod pod)
    {
        if (pod.Status.Conditions.Any(condition => condition is { Type: PodConditionType.Ready, Status: "True" })) return false;
        if (budget.Spec.UnhealthyPodEvictionPolicy == UnhealthyPodEvictionPolicyType.AlwaysAllow) return true;
        return budget.Status.ObservedGeneration >= budget.Metadata.Generation
            && budget.Status.CurrentHealthy >= budget.Status.DesiredHealthy && budget.Status.DesiredHealthy > 0;
    }

    private static void CheckBudget(ApiRequest request, PodDisruptionBudget budget)
    {
        var (name, status) = (budget.Metadata.Name, budget.Status);
        if (status.ObservedGeneration < budget.Metadata.Generation) throw Refused($"The disruption budget {name} is still being processed by the server.", RetryAfterSeconds);
        if (status.DisruptionsAllowed < 0) throw Failures.Forbidden(request.Resource, name, "pdb disruptions allowed is negative");
        if (status.DisruptedPods.Count > MaxUnseen) throw Failures.Forbidden(request.Resource, name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
        if (status.DisruptionsAllowed == 0) throw Refused($"The disruption budget {name} needs {status.DesiredHealthy} healthy pods and has {status.CurrentHealthy} currently", 0);
    }

    private PodDisruptionBudget Spent(PodDisruptionBudget budget, Pod pod)
    {
        var now = Time.FromDateTimeOffset(server.Now);
        var left = budget.Status.DisruptionsAllowed - 1;
        var conditions = budget.Status.Conditions;
        if (left == 0)
        {
            var condition = new Condition
            {
                Type = "DisruptionAllowed",
                Status = "False",
                Reason = "InsufficientPods",
                ObservedGeneration = budget.Status.ObservedGeneration,
                LastTransitionTime = now,
            };
            conditions = conditions.RemoveAll(known => known.Type == condition.Type).Add(condition);
        }

        return budget with
        {
            Status = budget.Status with { DisruptionsAllowed = left, DisruptedPods = budget.Status.DisruptedPods.With(pod.Metadata.Name, now), Conditions = conditions },
        };
    }

    // Who looks at the pod while it ends sees why.
    private async ValueTask<CachedObject> MarkAsync(ApiRequest request, CachedObject current, bool dryRun)
    {
        var marked = await updating.RunAsync(request, current, Mark, tracked: false, dryRun, isAdmitted: true).ConfigureAwait(false);
        return marked as CachedObject ?? current;
    }

    private ApiObject Mark(CachedObject live)
    {
        var pod = (Pod)live.Object.Typed!;
        var known = pod.Status.Conditions.FirstOrDefault(condition => condition.Type == "DisruptionTarget");
        var condition = new PodCondition
        {
            Type = "DisruptionTarget",
            Status = "True",
            ObservedGeneration = pod.Metadata.Generation,
            Reason = "EvictionByEvictionAPI",
            Message = "Eviction API: evicting",
            LastTransitionTime = known is { Status: "True" } ? known.LastTransitionTime : Time.FromDateTimeOffset(server.Now),
        };
        return new TypedObject(pod with
        {
            Metadata = pod.Metadata with { ResourceVersion = "" },
            Status = pod.Status with { Conditions = pod.Status.Conditions.RemoveAll(other => other.Type == condition.Type).Add(condition) },
        });
    }

    private static ApiException Refused(string why, int retryAfterSeconds) => Failure(429, StatusReason.TooManyRequests, WouldViolate, new StatusDetails
    {
        RetryAfterSeconds = retryAfterSeconds,
        Causes = [new StatusCause { Reason = "DisruptionBudget", Message = why }],
    });

    private static ApiException Failure(int code, string reason, string message, StatusDetails? details) => new(new Status
    {
        ApiVersion = "v1",
        Kind = "Status",
        StatusValue = "Failure",
        Code = code,
        Reason = reason,
        Message = message,
        Details = details,
    });
}
