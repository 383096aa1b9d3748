using System.Globalization;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Probe
{
    /// <summary>A probe that need succeed only once, for liveness or start.</summary>
    internal void ValidateOnce(PodScope scope, FieldErrors errors)
    {
        Validate(scope, errors);
        if (SuccessThreshold != 1) errors.Invalid("successThreshold", SuccessThreshold, "must be 1");
    }

    internal void ValidateReadiness(PodScope scope, FieldErrors errors)
    {
        Validate(scope, errors);
        if (TerminationGracePeriodSeconds is { } seconds) errors.Invalid("terminationGracePeriodSeconds", seconds, "must not be set for readinessProbes");
    }

    private void Validate(PodScope scope, FieldErrors errors)
    {
        new Handlers(ProbeHandler.Exec, ProbeHandler.HttpGet, ProbeHandler.TcpSocket, ProbeHandler.Grpc, null).Validate(scope.GracePeriod, errors);
        errors.NonNegative("initialDelaySeconds", InitialDelaySeconds);
        errors.NonNegative("timeoutSeconds", TimeoutSeconds);
        errors.NonNegative("periodSeconds", PeriodSeconds);
        errors.NonNegative("successThreshold", SuccessThreshold);
        errors.NonNegative("failureThreshold", FailureThreshold);
        if (TerminationGracePeriodSeconds <= 0)
        {
            errors.Invalid("terminationGracePeriodSeconds", TerminationGracePeriodSeconds.Value, "must be greater than 0");
        }
    }
}

public sealed partial record Lifecycle
{
    private static readonly string[] WindowsSignals = [Signal.SIGKILL, Signal.SIGTERM];

    private static readonly string[] LinuxSignals =
        [.. typeof(Signal).GetFields().Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal)];

    internal void Validate(PodScope scope, FieldErrors errors)
    {
        using (errors.In("postStart")) PostStart?.Validate(scope, errors);
        using (errors.In("preStop")) PreStop?.Validate(scope, errors);
        if (StopSignal is not { } signal) return;
        switch (scope.Spec.Os?.Name)
        {
            case null or "":
                errors.Forbidden("stopSignal", "may not be set for containers with empty `spec.os.name`");
                break;
            case OSName.Windows:
                errors.OneOf("stopSignal", signal, WindowsSignals);
                break;
            default:
                errors.OneOf("stopSignal", signal, LinuxSignals);
                break;
        }
    }
}

public sealed partial record LifecycleHandler
{
    internal void Validate(PodScope scope, FieldErrors errors) =>
        new Handlers(Exec, HttpGet, TcpSocket, null, Sleep).Validate(scope.GracePeriod, errors);
}

/// <summary>The ways in which a container can be asked or told something, of which one is to be given.</summary>
internal readonly record struct Handlers(ExecAction? Exec, HTTPGetAction? Http, TCPSocketAction? Tcp, GRPCAction? Grpc, SleepAction? Sleep)
{
    public void Validate(long? gracePeriod, FieldErrors errors)
    {
        var given = false;
        if (Exec is { } exec && IsFirst("exec", ref given, errors))
        {
            using (errors.In("exec"))
            {
                if (exec.Command.IsEmpty) errors.Required("command");
            }
        }

        if (Http is { } http && IsFirst("httpGet", ref given, errors))
        {
            using (errors.In("httpGet")) ValidateHttp(http, errors);
        }

        if (Tcp is { } tcp && IsFirst("tcpSocket", ref given, errors))
        {
            using (errors.In("tcpSocket")) errors.Port("port", tcp.Port);
        }

        if (Grpc is { } grpc && IsFirst("grpc", ref given, errors))
        {
            using (errors.In("grpc")) errors.Port("port", grpc.Port);
        }

        if (Sleep is { } sleep && IsFirst("sleep", ref given, errors) && gracePeriod is { } grace && (sleep.Seconds < 0 || sleep.Seconds > grace))
        {
            errors.Invalid("sleep", sleep.Seconds, string.Create(CultureInfo.InvariantCulture,
                $"must be non-negative and less than terminationGracePeriodSeconds ({grace})"));
        }

        if (!given) errors.Required(null, "must specify a handler type");
    }

    private static bool IsFirst(string field, ref bool given, FieldErrors errors)
    {
        if (given) errors.Forbidden(field, "may not specify more than 1 handler type");
        var first = !given;
        given = true;
        return first;
    }

    private static void ValidateHttp(HTTPGetAction http, FieldErrors errors)
    {
        errors.Present("path", http.Path);
        errors.Port("port", http.Port);
        errors.OneOf("scheme", http.Scheme, URIScheme.HTTP, URIScheme.HTTPS);
        foreach (var header in http.HttpHeaders) errors.Invalid("httpHeaders", header.Name, FieldName.CheckHttpHeader(header.Name));
    }
}
