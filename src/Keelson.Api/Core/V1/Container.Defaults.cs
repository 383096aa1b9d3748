namespace Keelson.Api.Core.V1;

public sealed partial record Container
{
    internal const string DefaultTerminationMessagePath = "/dev/termination-log";

    internal Container WithDefaults()
    {
        var (ports, env) = (Ports.Map(port => port.WithDefaults()), Env.Map(variable => variable.WithDefaults()));
        var resources = Resources.WithDefaults();
        var (liveness, readiness, startup) = (LivenessProbe?.WithDefaults(), ReadinessProbe?.WithDefaults(), StartupProbe?.WithDefaults());
        var lifecycle = Lifecycle?.WithDefaults();
        if (ports.IsSame(Ports) && env.IsSame(Env) && ReferenceEquals(resources, Resources)
            && ReferenceEquals(liveness, LivenessProbe) && ReferenceEquals(readiness, ReadinessProbe) && ReferenceEquals(startup, StartupProbe)
            && ReferenceEquals(lifecycle, Lifecycle)
            && ImagePullPolicy.Length > 0 && TerminationMessagePath.Length > 0 && TerminationMessagePolicy.Length > 0) return this;
        return this with
        {
            Ports = ports,
            Env = env,
            Resources = resources,
            LivenessProbe = liveness,
            ReadinessProbe = readiness,
            StartupProbe = startup,
            Lifecycle = lifecycle,
            ImagePullPolicy = ImagePullPolicy.Length > 0 ? ImagePullPolicy : ImageReference.PullPolicyFor(Image),
            TerminationMessagePath = TerminationMessagePath.Length > 0 ? TerminationMessagePath : DefaultTerminationMessagePath,
            TerminationMessagePolicy = TerminationMessagePolicy.Length > 0 ? TerminationMessagePolicy : V1.TerminationMessagePolicy.File,
        };
    }

    /// <summary>In the host's network a port is the host's port, too.</summary>
    internal Container WithHostPorts()
    {
        var ports = Ports.Map(port => port.HostPort == 0 && port.ContainerPortValue != 0 ? port with { HostPort = port.ContainerPortValue } : port);
        return ports.IsSame(Ports) ? this : this with { Ports = ports };
    }

    internal Container WithRequestsFromLimits()
    {
        var resources = Resources.WithRequestsFromLimits();
        return ReferenceEquals(resources, Resources) ? this : this with { Resources = resources };
    }
}

public sealed partial record ContainerPort
{
    internal ContainerPort WithDefaults() => Protocol.Length > 0 ? this : this with { Protocol = V1.Protocol.TCP };
}

public sealed partial record EnvVar
{
    internal EnvVar WithDefaults()
    {
        if (ValueFrom is not { } source) return this;
        var field = source.FieldRef?.WithDefaults();
        var file = source.FileKeyRef is { Optional: null } open ? open with { Optional = false } : source.FileKeyRef;
        return ReferenceEquals(field, source.FieldRef) && ReferenceEquals(file, source.FileKeyRef)
            ? this : this with { ValueFrom = source with { FieldRef = field, FileKeyRef = file } };
    }
}

public sealed partial record ObjectFieldSelector
{
    internal ObjectFieldSelector WithDefaults() => ApiVersion.Length > 0 ? this : this with { ApiVersion = "v1" };
}

public sealed partial record EphemeralContainer
{
    internal EphemeralContainer WithDefaults()
    {
        var container = EphemeralContainerCommon.ToContainer();
        var filled = container.WithDefaults();
        return ReferenceEquals(filled, container) ? this : this with { EphemeralContainerCommon = EphemeralContainerCommon.From(filled) };
    }
}

public sealed partial record EphemeralContainerCommon
{
    /// <summary>The same fields as those of a container proper, which the same rules hold for.</summary>
    internal Container ToContainer() => new()
    {
        Name = Name,
        Image = Image,
        Command = Command,
        Args = Args,
        WorkingDir = WorkingDir,
        Ports = Ports,
        EnvFrom = EnvFrom,
        Env = Env,
        Resources = Resources,
        ResizePolicy = ResizePolicy,
        RestartPolicy = RestartPolicy,
        RestartPolicyRules = RestartPolicyRules,
        VolumeMounts = VolumeMounts,
        VolumeDevices = VolumeDevices,
        LivenessProbe = LivenessProbe,
        ReadinessProbe = ReadinessProbe,
        StartupProbe = StartupProbe,
        Lifecycle = Lifecycle,
        TerminationMessagePath = TerminationMessagePath,
        TerminationMessagePolicy = TerminationMessagePolicy,
        ImagePullPolicy = ImagePullPolicy,
        SecurityContext = SecurityContext,
        Stdin = Stdin,
        StdinOnce = StdinOnce,
        Tty = Tty,
    };

    internal static EphemeralContainerCommon From(Container container) => new()
    {
        Name = container.Name,
        Image = container.Image,
        Command = container.Command,
        Args = container.Args,
        WorkingDir = container.WorkingDir,
        Ports = container.Ports,
        EnvFrom = container.EnvFrom,
        Env = container.Env,
        Resources = container.Resources,
        ResizePolicy = container.ResizePolicy,
        RestartPolicy = container.RestartPolicy,
        RestartPolicyRules = container.RestartPolicyRules,
        VolumeMounts = container.VolumeMounts,
        VolumeDevices = container.VolumeDevices,
        LivenessProbe = container.LivenessProbe,
        ReadinessProbe = container.ReadinessProbe,
        StartupProbe = container.StartupProbe,
        Lifecycle = container.Lifecycle,
        TerminationMessagePath = container.TerminationMessagePath,
        TerminationMessagePolicy = container.TerminationMessagePolicy,
        ImagePullPolicy = container.ImagePullPolicy,
        SecurityContext = container.SecurityContext,
        Stdin = container.Stdin,
        StdinOnce = container.StdinOnce,
        Tty = container.Tty,
    };
}
