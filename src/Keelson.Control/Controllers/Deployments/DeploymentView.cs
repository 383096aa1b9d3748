using System.Globalization;
using Keelson.Api;
using Keelson.Api.Apps.V1;
using Keelson.Control.Workloads;

namespace Keelson.Control.Controllers.Deployments;

/// <summary>A deployment and its sets, as the rules of a rollout look at them.</summary>
/// <param name="New">The set whose template is the deployment's; null before there is one.</param>
/// <param name="Old">The others, the oldest first.</param>
internal sealed record DeploymentView(Deployment Deployment, ReplicaSet? New, IReadOnlyList<ReplicaSet> Old)
{
    private static readonly IntOrString DefaultShare = "25%";

    public int Replicas => Deployment.Spec.Replicas ?? 1;

    public bool IsRolling => Deployment.Spec.Strategy.Type is DeploymentStrategyType.RollingUpdate or "";

    public IEnumerable<ReplicaSet> All => New is null ? Old : Old.Append(New);

    public int MaxSurge => Bounds.Surge;

    /// <summary>How many pods may be missing; none but during a rolling update, and never more than there are to be.</summary>
    public int MaxUnavailable => !IsRolling || Replicas == 0 ? 0 : Math.Min(Bounds.Unavailable, Replicas);

    public static DeploymentView Of(Deployment deployment, IEnumerable<ReplicaSet> sets)
    {
        var all = sets.OrderBy(set => set.Metadata.CreationTimestamp).ThenBy(set => set.Metadata.Name, StringComparer.Ordinal).ToList();
        // Two can have the same template after a mishap; the older one counts.
        var found = all.Find(set => PodTemplates.AreSame(set.Spec.Template, deployment.Spec.Template));
        return new DeploymentView(deployment, found, [.. all.Where(set => set != found)]);
    }

    public static int Size(ReplicaSet set) => set.Spec.Replicas ?? 1;

    public static int TotalSize(IEnumerable<ReplicaSet> sets) => sets.Sum(Size);

    public static long Revision(ReplicaSet set) => Number(set, DeploymentNames.Revision) ?? 0;

    public static long? Number(ReplicaSet set, string annotation) =>
        set.Metadata.Annotations.GetValueOrDefault(annotation) is { } text && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    /// <summary>Whether the set was made for another number of replicas than the deployment has now.</summary>
    public bool WasScaled => All.Any(set => Size(set) > 0 && Number(set, DeploymentNames.DesiredReplicas) is { } desired && desired != Replicas);

    /// <summary>What the sets' annotations say about the deployment's size.</summary>
    public ApiMap<string> WithSizes(ApiMap<string> annotations) => annotations
        .With(DeploymentNames.DesiredReplicas, Replicas.ToString(CultureInfo.InvariantCulture))
        .With(DeploymentNames.MaxReplicas, (Replicas + MaxSurge).ToString(CultureInfo.InvariantCulture));

    /// <summary>The set with another size; the same set where nothing of it changes.</summary>
    public ReplicaSet Resize(ReplicaSet set, int size) => set with
    {
        Spec = Size(set) == size ? set.Spec : set.Spec with { Replicas = size },
        Metadata = set.Metadata with { Annotations = WithSizes(set.Metadata.Annotations) },
    };

    // Surge rounds up and the missing down; where both would be nothing no rollout could move, so one may be missing.
    private (int Surge, int Unavailable) Bounds
    {
        get
        {
            if (!IsRolling) return (0, 0);
            var rolling = Deployment.Spec.Strategy.RollingUpdate;
            var surge = Math.Max(Scale(rolling?.MaxSurge ?? DefaultShare, roundUp: true), 0);
            var unavailable = Math.Max(Scale(rolling?.MaxUnavailable ?? DefaultShare, roundUp: false), 0);
            return surge == 0 && unavailable == 0 ? (0, 1) : (surge, unavailable);
        }
    }

    private int Scale(IntOrString share, bool roundUp) => share.TryScale(Replicas, roundUp, out var value, out _) ? value : 0;
}
