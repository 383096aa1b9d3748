using Keelson.Api.Core.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Nodes.V1;

public sealed partial record RuntimeClass : IHasDefaults, IHasRules
{
    public IResource WithDefaults() => Overhead is null ? this
        : this with { Overhead = Overhead with { PodFixed = StandardResources.Rounded(Overhead.PodFixed) } };

    public void Validate(FieldErrors errors)
    {
        if (Handler.Length == 0) errors.Required("handler");
        else errors.Invalid("handler", Handler, DnsName.CheckLabel(Handler), "format=k8s-short-name");
        if (Overhead is not null) ValidateOverhead(Overhead.PodFixed, errors);
        if (Scheduling is not { } scheduling) return;
        using var scope = errors.In("scheduling");
        ObjectMetaValidation.ValidateLabels("nodeSelector", scheduling.NodeSelector, errors);
        Toleration.Validate("tolerations", scheduling.Tolerations, errors);
        for (var i = 0; i < scheduling.Tolerations.Count; i++)
        {
            var toleration = scheduling.Tolerations[i];
            if (scheduling.Tolerations.FindIndex(other => IsSame(other, toleration)) == i) continue;
            using (errors.In("tolerations", i)) errors.Duplicate(null, Shown.Object(toleration));
        }
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => errors.ExpectSame("handler", Handler, ((RuntimeClass)old).Handler);

    private static bool IsSame(Toleration left, Toleration right) => left with { TolerationSeconds = null } == right with { TolerationSeconds = null };

    private static void ValidateOverhead(ApiMap<Quantity> overhead, FieldErrors errors)
    {
        using var scope = errors.In("overhead");
        foreach (var (name, value) in overhead)
        {
            // Upstream looks at what pods cost as if it were the limits of a container.
            using var inner = errors.In("limits", name);
            errors.ExpectContainerResourceName(null, name);
            errors.ExpectQuantity(null, name, value);
        }

        var hasBasics = overhead.ContainsKey(Core.V1.ResourceName.Cpu) || overhead.ContainsKey(Core.V1.ResourceName.Memory);
        if (!hasBasics && overhead.Keys.Any(StandardResources.IsHugePages)) errors.Forbidden(null, "HugePages require cpu or memory");
    }
}
