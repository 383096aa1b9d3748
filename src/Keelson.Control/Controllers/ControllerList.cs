using Keelson.Control.Controllers.Deployments;
using Keelson.Control.Controllers.ReplicaSets;

namespace Keelson.Control.Controllers;

/// <summary>Which controllers there are: one line each.</summary>
internal static class ControllerList
{
    public static IReadOnlyList<(string Name, Func<ControllerContext, IController> Create)> All { get; } =
    [
        ("replicaset-controller", context => new ReplicaSetController(context)),
        ("deployment-controller", context => new DeploymentController(context)),
    ];
}
