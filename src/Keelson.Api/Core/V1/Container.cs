namespace Keelson.Api.Core.V1;

/// <summary>One container of a pod: its image, process, environment, mounts, resources and health checks.</summary>
[ApiType]
public sealed partial record Container
{
    /// <summary>Name of the container, a DNS label unique among all containers of the pod; immutable.</summary>
    [Field(1, Emit = Emit.Always)] public string Name { get; init; } = "";

    /// <summary>Image to run, with optional registry, tag or digest; may be omitted where a controller fills it in.</summary>
    [Field(2)] public string Image { get; init; } = "";

    /// <summary>
    /// Program and leading arguments, replacing the image's entrypoint, run without a shell. $(NAME) expands from the environment
    /// and $$(NAME) escapes it.
    /// </summary>
    [Field(3), Atomic] public ApiList<string> Command { get; init; }

    /// <summary>Arguments, replacing the image's default command. $(NAME) expands from the environment and $$(NAME) escapes it.</summary>
    [Field(4), Atomic] public ApiList<string> Args { get; init; }

    /// <summary>Directory in which the process starts; the image's own setting when empty.</summary>
    [Field(5)] public string WorkingDir { get; init; } = "";

    /// <summary>Ports the process listens on, mostly informative: an unlisted port that listens on all addresses is reachable too.</summary>
    [Field(6), ListMap("containerPort", "protocol"), StrategicMerge("merge", Key = "containerPort")] public ApiList<ContainerPort> Ports { get; init; }

    /// <summary>Config maps and secrets whose keys all become variables; later sources win over earlier ones, and env wins over both.</summary>
    [Field(19), Atomic] public ApiList<EnvFromSource> EnvFrom { get; init; }

    /// <summary>Environment variables to set; names may repeat, and the last one wins.</summary>
    [Field(7), ListMap("name"), StrategicMerge("merge", Key = "name")] public ApiList<EnvVar> Env { get; init; }

    /// <summary>CPU, memory and other resources the container requests and may use at most.</summary>
    [Field(8)] public ResourceRequirements Resources { get; init; } = ResourceRequirements.Empty;

    /// <summary>For CPU and memory, whether changing the amount in place restarts the container.</summary>
    [Field(23), Atomic] public ApiList<ContainerResizePolicy> ResizePolicy { get; init; }

    /// <summary>
    /// Container's own restart policy: Always, OnFailure or Never; the pod's policy applies when unset. Always on an init container
    /// makes it a sidecar.
    /// </summary>
    [Field(24), KnownValues(typeof(ContainerRestartPolicy))] public string? RestartPolicy { get; init; }

    /// <summary>
    /// Rules tried in order when the container exits; the first match decides, and restartPolicy, which must be set, covers the
    /// rest. At most 20.
    /// </summary>
    [Field(25), Atomic] public ApiList<ContainerRestartRule> RestartPolicyRules { get; init; }

    /// <summary>Volumes of the pod to mount into the filesystem of the container.</summary>
    [Field(9), ListMap("mountPath"), StrategicMerge("merge", Key = "mountPath")] public ApiList<VolumeMount> VolumeMounts { get; init; }

    /// <summary>Raw block volumes of the pod to expose as device files.</summary>
    [Field(21), ListMap("devicePath"), StrategicMerge("merge", Key = "devicePath")] public ApiList<VolumeDevice> VolumeDevices { get; init; }

    /// <summary>Check that keeps running during the container's life; when it fails the container is restarted.</summary>
    [Field(10)] public Probe? LivenessProbe { get; init; }

    /// <summary>Check that decides whether the container counts as ready and so whether its pod receives service traffic.</summary>
    [Field(11)] public Probe? ReadinessProbe { get; init; }

    /// <summary>Check that holds back the other probes until it succeeds once; when it fails the container is restarted.</summary>
    [Field(22)] public Probe? StartupProbe { get; init; }

    /// <summary>Actions to run after start and before stop, and the signal used to stop.</summary>
    [Field(12)] public Lifecycle? Lifecycle { get; init; }

    /// <summary>File inside the container whose final content becomes the termination message; /dev/termination-log by default, immutable.</summary>
    [Field(13)] public string TerminationMessagePath { get; init; } = "";

    /// <summary>
    /// File takes the termination message from the file only (default); FallbackToLogsOnError uses the end of the log when the file
    /// is empty and the exit failed.
    /// </summary>
    [Field(20), KnownValues(typeof(TerminationMessagePolicy))] public string TerminationMessagePolicy { get; init; } = "";

    /// <summary>When to pull the image: Always, IfNotPresent or Never. Always by default for the latest tag, else IfNotPresent.</summary>
    [Field(14), KnownValues(typeof(PullPolicy))] public string ImagePullPolicy { get; init; } = "";

    /// <summary>Privileges and isolation of the container; overrides the same settings of the pod.</summary>
    [Field(15)] public SecurityContext? SecurityContext { get; init; }

    /// <summary>Keep a buffer for standard input; reads see end of file at once when false, the default.</summary>
    [Field(16)] public bool Stdin { get; init; }

    /// <summary>Close standard input after the first attached client leaves; false by default, which keeps it open across attachments.</summary>
    [Field(17)] public bool StdinOnce { get; init; }

    /// <summary>Give the process a terminal; needs stdin. False by default.</summary>
    [Field(18)] public bool Tty { get; init; }
}
