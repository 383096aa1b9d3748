namespace Keelson.Control.Controllers.Deployments;

/// <summary>Annotations and reasons that tools read.</summary>
internal static class DeploymentNames
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";
    public const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";
    public const string MaxReplicas = "deployment.kubernetes.io/max-replicas";

    public const string NewSetCreated = "NewReplicaSetCreated";
    public const string NewSetFound = "FoundNewReplicaSet";
    public const string NewSetAvailable = "NewReplicaSetAvailable";
    public const string SetUpdated = "ReplicaSetUpdated";
    public const string SetCreateFailed = "ReplicaSetCreateError";
    public const string DeadlineExceeded = "ProgressDeadlineExceeded";
    public const string Paused = "DeploymentPaused";
    public const string Resumed = "DeploymentResumed";
    public const string MinimumAvailable = "MinimumReplicasAvailable";
    public const string MinimumUnavailable = "MinimumReplicasUnavailable";

    /// <summary>Annotations of a deployment that say nothing about its sets.</summary>
    public static readonly string[] NotCopied =
    [
        "kubectl.kubernetes.io/last-applied-configuration", Revision, RevisionHistory, DesiredReplicas, MaxReplicas, "deprecated.deployment.rollback.to",
    ];
}
