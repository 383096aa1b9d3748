using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record Event : IHasRules
{
    private const int MaximumTextBytes = 128;
    private const int MaximumMessageBytes = 1024;
    private const string NotItsNamespace = "does not match event.namespace";

    /// <summary>What was reported through this version always is held to the older rules only.</summary>
    public void Validate(FieldErrors errors) => Validate("reportingComponent", errors);

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);

    /// <param name="reporter">By what name the version of the request calls the reporter.</param>
    internal void Validate(string reporter, FieldErrors errors)
    {
        var related = InvolvedObject.Namespace;
        if (EventTime.IsZero)
        {
            var fits = related.Length > 0 ? related == Metadata.Namespace : Metadata.Namespace is "" or "default";
            if (!fits) errors.Invalid("involvedObject.namespace", related, NotItsNamespace);
        }
        else
        {
            if (related.Length == 0 && Metadata.Namespace is not ("default" or "kube-system"))
            {
                errors.Invalid("involvedObject.namespace", related, NotItsNamespace);
            }

            errors.ExpectGiven(reporter, ReportingComponent);
            errors.Invalid(reporter, ReportingComponent, LabelName.CheckKey(ReportingComponent));
            ExpectText("reportingInstance", ReportingInstance, errors);
            ExpectText("action", Action, errors);
            ExpectText("reason", Reason, errors);
            ExpectAtMost("message", Message, MaximumMessageBytes, errors);
        }

        errors.Invalid("namespace", Metadata.Namespace, DnsName.CheckSubdomain(Metadata.Namespace));
    }

    private static void ExpectText(string field, string value, FieldErrors errors)
    {
        errors.ExpectGiven(field, value);
        ExpectAtMost(field, value, MaximumTextBytes, errors);
    }

    private static void ExpectAtMost(string field, string value, int limit, FieldErrors errors)
    {
        if (NameMessage.IsLonger(value, limit)) errors.Invalid(field, "", $"can have at most {limit} characters");
    }
}
