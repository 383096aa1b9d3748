using Keelson.Api.Names;
using Keelson.Api.Validation;
using Keelson.Api.Values;

namespace Keelson.Api.Core.V1;

public sealed partial record Pod
{
    private const string NodeField = "nodeName";

    /// <inheritdoc/>
    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (old is not Pod before) return;
        using (errors.In("metadata"))
        {
            PodAnnotationRules.ValidateUpdate(Metadata.Annotations, before.Metadata.Annotations, errors);
            PodAnnotationRules.Validate(Metadata.Annotations, Spec, errors);
            // Upstream reports conditions below the metadata, and with a capital letter.
            ValidateConditions(errors);
        }

        using (errors.In("status"))
        {
            if (Spec.NodeName != before.Spec.NodeName) errors.Forbidden(NodeField, "may not be changed directly");
            if (Status.NominatedNodeName != before.Status.NominatedNodeName && Status.NominatedNodeName.Length > 0)
            {
                errors.Subdomain("nominatedNodeName", Status.NominatedNodeName);
            }

            errors.Immutable("qosClass", Status.QosClass, before.Status.QosClass, text => text);
            ValidateTransitions(before, errors);
            ValidateClaims(errors);
            Addresses("podIPs", Status.PodIPs.Select(address => address.Ip).ToApiList(), null, errors);
            Addresses("hostIPs", Status.HostIPs.Select(address => address.Ip).ToApiList(), Status.HostIP, errors);
        }
    }

    private void ValidateConditions(FieldErrors errors)
    {
        for (var i = 0; i < Status.Conditions.Count; i++)
        {
            using (errors.In("conditions", i)) errors.QualifiedName("Type", Status.Conditions[i].Type);
        }
    }

    /// <summary>What has ended and does not restart must not live again.</summary>
    private void ValidateTransitions(Pod old, FieldErrors errors)
    {
        Transitions("containerStatuses", Status.ContainerStatuses, old.Status.ContainerStatuses, old.Spec.Containers, old.Spec.RestartPolicy, errors);
        Transitions("initContainerStatuses", Status.InitContainerStatuses, old.Status.InitContainerStatuses, old.Spec.InitContainers, old.Spec.RestartPolicy, errors);
        Transitions("ephemeralContainerStatuses", Status.EphemeralContainerStatuses, old.Status.EphemeralContainerStatuses, default, RestartPolicy.Never, errors);
    }

    private static void Transitions(
        string field, ApiList<ContainerStatus> statuses, ApiList<ContainerStatus> old, ApiList<Container> containers, string policy, FieldErrors errors)
    {
        for (var i = 0; i < old.Count; i++)
        {
            var before = old[i];
            if (before.State.Terminated is not { } end || MayRestart(before.Name, end.ExitCode, containers, policy)) continue;
            foreach (var status in statuses)
            {
                if (status.Name != before.Name || status.State.Terminated is not null) continue;
                using (errors.In(field, i)) errors.Forbidden("state", "may not be transitioned to non-terminated state");
            }
        }
    }

    private static bool MayRestart(string name, int exitCode, ApiList<Container> containers, string policy)
    {
        if (policy == RestartPolicy.Always || (exitCode != 0 && policy == RestartPolicy.OnFailure)) return true;
        var index = containers.FindIndex(each => each.Name == name);
        if (index < 0) return false;
        // The container's own policy and rules go before the pod's.
        var container = containers[index];
        return !container.RestartPolicyRules.IsEmpty || container.RestartPolicy == ContainerRestartPolicy.Always
            || (exitCode != 0 && container.RestartPolicy == ContainerRestartPolicy.OnFailure);
    }

    private void ValidateClaims(FieldErrors errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Status.ResourceClaimStatuses.Count; i++)
        {
            var claim = Status.ResourceClaimStatuses[i];
            using (errors.In("resourceClaimStatuses", i))
            {
                if (Spec.ResourceClaims.FindIndex(each => each.Name == claim.Name) < 0)
                {
                    errors.Invalid("name", claim.Name, "must match the name of an entry in `spec.resourceClaims`");
                }

                if (!seen.Add(claim.Name)) errors.Duplicate("name", claim.Name);
                if (claim.ResourceClaimName is { } name) errors.Subdomain("name", name);
            }
        }
    }

    /// <summary>Addresses are valid, at most one of each family, and the first is the one that has a field of its own.</summary>
    private static void Addresses(string field, ApiList<string> addresses, string? first, FieldErrors errors)
    {
        if (first is not null && !addresses.IsEmpty && addresses[0] != first)
        {
            using (errors.In(field, 0)) errors.Invalid("ip", addresses[0], "must be equal to `hostIP`");
        }

        var valid = true;
        for (var i = 0; i < addresses.Count; i++)
        {
            var messages = NetworkName.CheckLegacyAddress(addresses[i], strict: false);
            valid &= messages.IsEmpty;
            using (errors.In(field, i))
            {
                errors.Invalid(null, addresses[i], messages, "format=ip-sloppy");
                if (addresses.IndexOf(addresses[i]) < i) errors.Duplicate(null, Address(addresses[i]));
            }
        }

        if (addresses.Count <= 1) return;
        if (!valid) errors.Internal(field, "failed to check for dual stack with error:invalid IPs");
        var families = addresses.Count(address => NetworkName.CheckIPv4(address).IsEmpty);
        if (addresses.Count > 2 || families != 1)
        {
            errors.Invalid(field, ListValue.From(addresses.Select(Address)), "may specify no more than one IP for each IP family");
        }
    }

    private static Value Address(string address) => MapValue.Of(("ip", address));
}
