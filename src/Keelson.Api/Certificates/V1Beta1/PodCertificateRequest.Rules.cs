using Keelson.Api.Certificates.V1;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Certificates.V1Beta1;

public sealed partial record PodCertificateRequest : IHasDefaults, IHasRules
{
    private const int DefaultExpirationSeconds = 86_400;
    private const int LeastExpirationSeconds = 3_600;
    private const int MostExpirationSeconds = 7_862_400;
    private const int MaximumUidBytes = 128;
    private const string Issued = "Issued";
    private const string Denied = "Denied";
    private const string Failed = "Failed";

    /// <inheritdoc/>
    public IResource WithDefaults() =>
        Spec.MaxExpirationSeconds is null ? this with { Spec = Spec with { MaxExpirationSeconds = DefaultExpirationSeconds } } : this;

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        using var scope = errors.In("spec");
        SignerNames.Expect("signerName", Spec.SignerName, errors);
        ValidateAnnotations(errors);
        errors.Invalid("podName", Spec.PodName, DnsName.CheckSubdomain(Spec.PodName));
        ExpectUid("podUID", Spec.PodUID, errors);
        errors.Invalid("serviceAccountName", Spec.ServiceAccountName, DnsName.CheckSubdomain(Spec.ServiceAccountName));
        ExpectUid("serviceAccountUID", Spec.ServiceAccountUID, errors);
        errors.Invalid("nodeName", Spec.NodeName, DnsName.CheckSubdomain(Spec.NodeName));
        ExpectUid("nodeUID", Spec.NodeUID, errors);
        if (Spec.MaxExpirationSeconds is not { } seconds)
        {
            errors.Required("maxExpirationSeconds", "must be set");
            return;
        }

        // The signers of Kubernetes itself issue for a day at most.
        var most = Spec.SignerName.Split('/')[0] is var domain && (domain == "kubernetes.io" || domain.EndsWith(".kubernetes.io", StringComparison.Ordinal)) ? DefaultExpirationSeconds : MostExpirationSeconds;
        if (seconds < LeastExpirationSeconds || seconds > most) errors.Invalid("maxExpirationSeconds", seconds, $"must be in the range [{LeastExpirationSeconds}, {most}]");
        PodCertificateKeys.Validate(Spec, errors);
    }

    /// <inheritdoc/>
    public void ValidateUpdate(IResource old, FieldErrors errors) => errors.ExpectSameObject("spec", Spec, ((PodCertificateRequest)old).Spec);

    /// <inheritdoc/>
    public void ValidateStatusUpdate(IResource old, FieldErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var before = (PodCertificateRequest)old;
        using var scope = errors.In("status");
        if (!ValidateConditions(errors)) return;
        if (before.Is(Issued) || before.Is(Denied) || before.Is(Failed))
        {
            if (Status != before.Status) Omitted("immutable after PodCertificateRequest is issued, denied, or failed", errors);
        }
        else if (Is(Denied) || Is(Failed))
        {
            if (Status with { Conditions = default } != PodCertificateRequestStatus.Empty) Omitted("non-condition status fields must be empty when denying or failing the PodCertificateRequest", errors);
        }
        else if (Is(Issued)) PodCertificateChain.Validate(Status, before.Spec, errors);
        else if (Status != before.Status) Omitted("status is immutable unless transitioning to \"Issued\", \"Denied\", or \"Failed\"", errors);
    }

    private bool ValidateConditions(FieldErrors errors)
    {
        var verdicts = 0;
        var count = errors.Count;
        for (var i = 0; i < Status.Conditions.Count; i++)
        {
            var condition = Status.Conditions[i];
            using var scope = errors.In("conditions", i);
            if (condition.Type is not (Issued or Denied or Failed))
            {
                errors.NotSupported("type", condition.Type, [Issued, Denied, Failed]);
                continue;
            }

            if (++verdicts > 1) errors.Invalid("type", condition.Type, "There may be at most one condition with type \"Issued\", \"Denied\", or \"Failed\"");
            errors.ExpectKnown("status", condition.Status, "True");
        }

        errors.ExpectConditions("conditions", Status.Conditions);
        return errors.Count == count;
    }

    private void ValidateAnnotations(FieldErrors errors)
    {
        ObjectMetaValidation.ValidateAnnotations("unverifiedUserAnnotations", Spec.UnverifiedUserAnnotations, errors);
        foreach (var (key, _) in Spec.UnverifiedUserAnnotations)
        {
            if (!key.Contains('/', StringComparison.Ordinal)) errors.Invalid("unverifiedUserAnnotations", key, "must be a domain-prefixed key");
        }
    }

    private bool Is(string type) => Status.Conditions.Any(condition => condition.Type == type && condition.Status == "True");

    private static void ExpectUid(string field, string uid, FieldErrors errors)
    {
        if (uid.Length == 0) errors.Invalid(field, uid, "must not be empty");
        if (NameMessage.IsLonger(uid, MaximumUidBytes)) errors.TooLong(field, MaximumUidBytes);
    }

    private static void Omitted(string detail, FieldErrors errors) =>
        errors.Add(new FieldError { Type = FieldErrorType.Invalid, Field = errors.Place.ToString(), OmitsValue = true, Detail = detail });
}
