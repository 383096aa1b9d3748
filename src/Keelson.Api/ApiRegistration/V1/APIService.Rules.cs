using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.ApiRegistration.V1;

public sealed partial record APIService : IHasDefaults, IHasRules
{
    private const int SecurePort = 443;
    private const int MaximumGroupPriority = 20000;
    private const int MaximumVersionPriority = 1000;

    public IResource WithDefaults() => Spec.Service is { Port: null } service
        ? this with { Spec = Spec with { Service = service with { Port = SecurePort } } }
        : this;

    public void Validate(FieldErrors errors)
    {
        var name = $"{Spec.Version}.{Spec.Group}";
        if (Metadata.Name.Length > 0 && FieldName.CheckPathSegment(Metadata.Name).IsEmpty && Metadata.Name != name)
        {
            errors.Invalid("metadata.name", Metadata.Name, $"must be `spec.version+\".\"+spec.group`: {GoQuote.Quote(name)}");
        }

        using var scope = errors.In("spec");
        if (Spec.Group.Length == 0)
        {
            if (Spec.Version != "v1") errors.Required("group", "only v1 may have an empty group and it better be legacy kube");
        }
        else
        {
            errors.Invalid("group", Spec.Group, DnsName.CheckSubdomain(Spec.Group));
        }

        errors.Invalid("version", Spec.Version, DnsName.CheckLabel1035(Spec.Version));
        if (Spec.GroupPriorityMinimum is <= 0 or > MaximumGroupPriority)
        {
            errors.Invalid("groupPriorityMinimum", Spec.GroupPriorityMinimum, $"must be positive and less than {MaximumGroupPriority}");
        }

        if (Spec.VersionPriority is <= 0 or > MaximumVersionPriority)
        {
            errors.Invalid("versionPriority", Spec.VersionPriority, $"must be positive and less than {MaximumVersionPriority}");
        }

        ValidateService(errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);

    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        using var scope = errors.In("status");
        for (var i = 0; i < Status.Conditions.Count; i++)
        {
            using (errors.In("conditions", i)) errors.ExpectKnown("status", Status.Conditions[i].Status, "True", "False", "Unknown");
        }
    }

    private void ValidateService(FieldErrors errors)
    {
        if (Spec.Service is not { } service)
        {
            if (!Spec.CaBundle.IsEmpty) errors.Invalid("caBundle", $"{Spec.CaBundle.Length} bytes", "local APIServices may not have a caBundle");
            if (Spec.InsecureSkipTLSVerify) errors.Invalid("insecureSkipTLSVerify", true, "local APIServices may not have insecureSkipTLSVerify");
            return;
        }

        using (errors.In("service"))
        {
            errors.ExpectGiven("namespace", service.Namespace);
            errors.ExpectGiven("name", service.Name);
            var port = service.Port ?? 0;
            var wrong = FieldName.CheckPortNumber(port);
            if (!wrong.IsEmpty) errors.Invalid("port", port, $"port is not valid: {string.Join(", ", wrong)}");
        }

        if (Spec.InsecureSkipTLSVerify && !Spec.CaBundle.IsEmpty) errors.Invalid("insecureSkipTLSVerify", true, "may not be true if caBundle is present");
    }
}
