using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Container
{
    private const int MaximumRestartRules = 20;
    private const int MaximumExitCodes = 255;

    internal bool IsSidecar => RestartPolicy == ContainerRestartPolicy.Always;

    /// <summary>What holds for containers of every sort.</summary>
    internal void Validate(PodScope scope, FieldErrors errors)
    {
        errors.PresentLabel("name", Name);
        errors.Present("image", Image);
        errors.PresentOneOf("terminationMessagePolicy", TerminationMessagePolicy, V1.TerminationMessagePolicy.File, V1.TerminationMessagePolicy.FallbackToLogsOnError);
        ValidatePorts(errors);
        EnvironmentRules.Variables(Env, scope, errors);
        EnvironmentRules.Sources(EnvFrom, errors);
        MountRules.Mounts(this, scope, errors);
        MountRules.Devices(this, scope, errors);
        errors.PresentOneOf("imagePullPolicy", ImagePullPolicy, PullPolicy.Always, PullPolicy.IfNotPresent, PullPolicy.Never);
        using (errors.In("resources")) Resources.Validate(scope.ClaimNames, errors);
        using (errors.In("resizePolicy")) ValidateResizePolicy(scope, errors);
        using (errors.In("securityContext")) SecurityContext?.Validate(scope.HasHostUsers, errors);
    }

    /// <summary>What holds for containers of pods but not, since it never did, for those of templates.</summary>
    internal void ValidateForPod(FieldErrors errors)
    {
        if (Image.Length != GoText.TrimSpace(Image).Length) errors.Invalid("image", Image, "must not have leading or trailing whitespace");
    }

    /// <summary>What containers may have that run on beside the others.</summary>
    internal void ValidateLife(PodScope scope, FieldErrors errors)
    {
        using (errors.In("lifecycle")) Lifecycle?.Validate(scope, errors);
        using (errors.In("livenessProbe")) LivenessProbe?.ValidateOnce(scope, errors);
        using (errors.In("readinessProbe")) ReadinessProbe?.ValidateReadiness(scope, errors);
        using (errors.In("startupProbe")) StartupProbe?.ValidateOnce(scope, errors);
    }

    /// <summary>How the container restarts, other than the pod says.</summary>
    internal void ValidateRestart(FieldErrors errors)
    {
        if (RestartPolicy is { } policy)
        {
            errors.OneOf("restartPolicy", policy, ContainerRestartPolicy.Always, ContainerRestartPolicy.Never, ContainerRestartPolicy.OnFailure);
        }
        else if (!RestartPolicyRules.IsEmpty)
        {
            errors.Required("restartPolicy", "must specify restartPolicy when restart rules are used");
        }

        if (RestartPolicyRules.Count > MaximumRestartRules) errors.TooMany("restartPolicyRules", RestartPolicyRules.Count, MaximumRestartRules);
        for (var i = 0; i < RestartPolicyRules.Count; i++)
        {
            using (errors.In("restartPolicyRules", i)) ValidateRestartRule(RestartPolicyRules[i], errors);
        }
    }

    private static void ValidateRestartRule(ContainerRestartRule rule, FieldErrors errors)
    {
        errors.OneOf("action", rule.Action, ContainerRestartRuleAction.Restart, ContainerRestartRuleAction.RestartAllContainers);
        if (rule.ExitCodes is not { } codes)
        {
            errors.Required("exitCodes", "must be specified");
            return;
        }

        using (errors.In("exitCodes"))
        {
            errors.OneOf("operator", codes.Operator, ContainerRestartRuleOnExitCodesOperator.In, ContainerRestartRuleOnExitCodesOperator.NotIn);
            if (codes.Values.Count > MaximumExitCodes) errors.TooMany("values", codes.Values.Count, MaximumExitCodes);
        }
    }

    private void ValidatePorts(FieldErrors errors)
    {
        HashSet<string>? names = null;
        for (var i = 0; i < Ports.Count; i++)
        {
            using (errors.In("ports", i)) Ports[i].Validate(names ??= new(StringComparer.Ordinal), errors);
        }
    }

    private void ValidateResizePolicy(PodScope scope, FieldErrors errors)
    {
        HashSet<string>? seen = null;
        for (var i = 0; i < ResizePolicy.Count; i++)
        {
            var policy = ResizePolicy[i];
            if (!(seen ??= new(StringComparer.Ordinal)).Add(policy.ResourceName))
            {
                using (errors.At(i)) errors.Duplicate(null, policy.ResourceName);
            }

            errors.PresentOneOf(null, policy.ResourceName, ResourceName.Cpu, ResourceName.Memory);
            errors.PresentOneOf(null, policy.RestartPolicy, ResourceResizeRestartPolicy.NotRequired, ResourceResizeRestartPolicy.RestartContainer);
            if (scope.Spec.RestartPolicy == V1.RestartPolicy.Never && policy.RestartPolicy != ResourceResizeRestartPolicy.NotRequired)
            {
                errors.Invalid(null, policy.RestartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'");
            }
        }
    }
}

public sealed partial record ContainerPort
{
    internal void Validate(HashSet<string> names, FieldErrors errors)
    {
        if (Name.Length > 0)
        {
            var messages = Names.FieldName.CheckPort(Name);
            errors.Invalid("name", Name, messages);
            if (messages.IsEmpty && !names.Add(Name)) errors.Duplicate("name", Name);
        }

        if (ContainerPortValue == 0) errors.Required("containerPort");
        else errors.Port("containerPort", ContainerPortValue);
        if (HostPort != 0) errors.Port("hostPort", HostPort);
        errors.PresentOneOf("protocol", Protocol, V1.Protocol.SCTP, V1.Protocol.TCP, V1.Protocol.UDP);
    }
}

/// <summary>Text as Go treats it.</summary>
internal static class GoText
{
    /// <summary>The text without Unicode's white space at its ends.</summary>
    public static string TrimSpace(string text) => text.Trim();
}
