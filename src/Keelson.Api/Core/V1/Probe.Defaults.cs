namespace Keelson.Api.Core.V1;

public sealed partial record Probe
{
    internal Probe WithDefaults()
    {
        var handler = ProbeHandler.WithDefaults();
        if (ReferenceEquals(handler, ProbeHandler) && TimeoutSeconds != 0 && PeriodSeconds != 0 && SuccessThreshold != 0 && FailureThreshold != 0) return this;
        return this with
        {
            ProbeHandler = handler,
            TimeoutSeconds = TimeoutSeconds != 0 ? TimeoutSeconds : 1,
            PeriodSeconds = PeriodSeconds != 0 ? PeriodSeconds : 10,
            SuccessThreshold = SuccessThreshold != 0 ? SuccessThreshold : 1,
            FailureThreshold = FailureThreshold != 0 ? FailureThreshold : 3,
        };
    }
}

public sealed partial record ProbeHandler
{
    internal ProbeHandler WithDefaults()
    {
        var http = HttpGet?.WithDefaults();
        var grpc = Grpc is { Service: null } open ? open with { Service = "" } : Grpc;
        return ReferenceEquals(http, HttpGet) && ReferenceEquals(grpc, Grpc) ? this : this with { HttpGet = http, Grpc = grpc };
    }
}

public sealed partial record HTTPGetAction
{
    internal HTTPGetAction WithDefaults() => Path.Length > 0 && Scheme.Length > 0 ? this : this with
    {
        Path = Path.Length > 0 ? Path : "/",
        Scheme = Scheme.Length > 0 ? Scheme : URIScheme.HTTP,
    };
}

public sealed partial record Lifecycle
{
    internal Lifecycle WithDefaults()
    {
        var (start, stop) = (PostStart?.WithDefaults(), PreStop?.WithDefaults());
        return ReferenceEquals(start, PostStart) && ReferenceEquals(stop, PreStop) ? this : this with { PostStart = start, PreStop = stop };
    }
}

public sealed partial record LifecycleHandler
{
    internal LifecycleHandler WithDefaults()
    {
        var http = HttpGet?.WithDefaults();
        return ReferenceEquals(http, HttpGet) ? this : this with { HttpGet = http };
    }
}
