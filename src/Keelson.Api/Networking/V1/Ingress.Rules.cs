using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Networking.V1;

public sealed partial record Ingress : IHasRules
{
    private const string ClassAnnotation = "kubernetes.io/ingress.class";
    private const string Exact = "Exact";
    private const string Prefix = "Prefix";
    private const string ImplementationSpecific = "ImplementationSpecific";
    private const string NotAddress = "must be a DNS name, not an IP address";

    private static readonly string[] ForbiddenParts = ["//", "/./", "/../", "%2f", "%2F"];
    private static readonly string[] ForbiddenEnds = ["/..", "/."];

    public void Validate(FieldErrors errors)
    {
        Validate(anySecret: false, anyWildcard: false, errors);
        if (Spec.IngressClassName is not { } name || !Metadata.Annotations.TryGetValue(ClassAnnotation, out var annotation) || annotation == name) return;
        errors.Invalid($"annotations.{ClassAnnotation}", annotation, "must match `ingressClassName` when both are specified");
    }

    public void ValidateUpdate(IResource old, FieldErrors errors)
    {
        var before = ((Ingress)old).Spec;
        var anySecret = before.Tls.Any(tls => tls.SecretName.Length > 0 && !DnsName.IsSubdomain(tls.SecretName));
        var anyWildcard = before.Rules.Any(rule => rule.Host.Contains('*', StringComparison.Ordinal) && !IsValid(rule));
        Validate(anySecret, anyWildcard, errors);
    }

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        var before = ((Ingress)old).Status.LoadBalancer.Ingress.Select(point => point.Ip).ToApiList();
        using var scope = errors.In(FieldPath.Of("status", "loadBalancer"));
        for (var i = 0; i < Status.LoadBalancer.Ingress.Count; i++)
        {
            var point = Status.LoadBalancer.Ingress[i];
            using var inner = errors.In("ingress", i);
            if (point.Ip.Length > 0) errors.ExpectLegacyAddress("ip", point.Ip, before);
            if (point.Hostname.Length == 0) continue;
            errors.Invalid("hostname", point.Hostname, DnsName.CheckSubdomain(point.Hostname));
            if (AddressExpectations.IsAddress(point.Hostname)) errors.Invalid("hostname", point.Hostname, NotAddress);
        }
    }

    private static bool IsValid(IngressRule rule)
    {
        var errors = new FieldErrors(1);
        ValidatePaths(rule, errors);
        return errors.IsEmpty;
    }

    private void Validate(bool anySecret, bool anyWildcard, FieldErrors errors)
    {
        using var scope = errors.In("spec");
        if (Spec.Rules.IsEmpty && Spec.DefaultBackend is null)
        {
            errors.Invalid(null, Shown.Objects(Spec.Rules), "either `defaultBackend` or `rules` must be specified");
        }

        if (Spec.DefaultBackend is { } backend)
        {
            using (errors.In("defaultBackend")) Validate(backend, errors);
        }

        for (var i = 0; i < Spec.Rules.Count; i++)
        {
            using (errors.In("rules", i)) Validate(Spec.Rules[i], anyWildcard, errors);
        }

        for (var i = 0; i < Spec.Tls.Count; i++)
        {
            using (errors.In("tls", i)) Validate(Spec.Tls[i], anySecret, errors);
        }

        if (Spec.IngressClassName is { } name) errors.Invalid("ingressClassName", name, DnsName.CheckSubdomain(name));
    }

    private static void Validate(IngressRule rule, bool anyWildcard, FieldErrors errors)
    {
        var isWildcard = rule.Host.Contains('*', StringComparison.Ordinal);
        if (rule.Host.Length > 0)
        {
            if (AddressExpectations.IsAddress(rule.Host)) errors.Invalid("host", rule.Host, NotAddress);
            errors.Invalid("host", rule.Host, CheckHost(rule.Host));
        }

        if (!isWildcard || !anyWildcard) ValidatePaths(rule, errors);
    }

    private static void ValidatePaths(IngressRule rule, FieldErrors errors)
    {
        if (rule.IngressRuleValue.Http is not { } http) return;
        using var scope = errors.In("http");
        if (http.Paths.IsEmpty) errors.Required("paths");
        for (var i = 0; i < http.Paths.Count; i++)
        {
            using (errors.In("paths", i)) Validate(http.Paths[i], errors);
        }
    }

    private static void Validate(HTTPIngressPath path, FieldErrors errors)
    {
        if (path.PathType is not { } type)
        {
            errors.Required("pathType", "pathType must be specified");
            return;
        }

        var (text, isRooted) = (path.Path, path.Path.StartsWith('/'));
        switch (type)
        {
            case Exact or Prefix:
                if (!isRooted) errors.Invalid("path", text, FieldExpectations.AbsolutePath);
                foreach (var part in ForbiddenParts)
                {
                    if (text.Contains(part, StringComparison.Ordinal)) errors.Invalid("path", text, $"must not contain '{part}'");
                }

                foreach (var end in ForbiddenEnds)
                {
                    if (text.EndsWith(end, StringComparison.Ordinal)) errors.Invalid("path", text, $"cannot end with '{end}'");
                }

                break;
            case ImplementationSpecific:
                if (text.Length > 0 && !isRooted) errors.Invalid("path", text, FieldExpectations.AbsolutePath);
                break;
            default:
                errors.NotSupported("pathType", type, [Exact, ImplementationSpecific, Prefix]);
                break;
        }

        using (errors.In("backend")) Validate(path.Backend, errors);
    }

    private static void Validate(IngressBackend backend, FieldErrors errors)
    {
        if (backend is { Resource: not null, Service: not null })
        {
            errors.Invalid(null, "", "cannot set both resource and service backends");
        }
        else if (backend.Resource is { } resource)
        {
            using var scope = errors.In("resource");
            if (resource.ApiGroup is { } group) errors.Invalid("apiGroup", group, DnsName.CheckSubdomain(group));
            errors.ExpectPathSegment("kind", resource.Kind, "kind is required");
            errors.ExpectPathSegment("name", resource.Name, "name is required");
        }
        else if (backend.Service is { } service)
        {
            if (service.Name.Length == 0) errors.Required("service.name");
            else errors.Invalid("service.name", service.Name, DnsName.CheckLabel(service.Name));
            var (name, number) = (service.Port.Name, service.Port.Number);
            if (name.Length > 0 && number != 0) errors.Invalid(null, "", "cannot set both port name & port number");
            else if (name.Length > 0) errors.Invalid("service.port.name", name, FieldName.CheckPort(name));
            else if (number != 0) errors.ExpectPortNumber("service.port.number", number);
            else errors.Required(null, "port name or number is required");
        }
        else
        {
            errors.Invalid(null, "", "resource or service backend is required");
        }
    }

    private static void Validate(IngressTLS tls, bool anySecret, FieldErrors errors)
    {
        for (var i = 0; i < tls.Hosts.Count; i++)
        {
            using (errors.In("hosts", i)) errors.Invalid(null, tls.Hosts[i], CheckHost(tls.Hosts[i]));
        }

        if (!anySecret && tls.SecretName.Length > 0) errors.Invalid("secretName", tls.SecretName, DnsName.CheckSubdomain(tls.SecretName));
    }

    private static ApiList<string> CheckHost(string host) =>
        host.Contains('*', StringComparison.Ordinal) ? DnsName.CheckWildcardSubdomain(host) : DnsName.CheckSubdomain(host);
}
