using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Certificates.V1;

/// <summary>Checks the names of those who sign: a domain, a slash, and subdomains with dots between.</summary>
internal static class SignerNames
{
    private const int MaximumLength = DnsName.MaximumSubdomainLength + DnsName.MaximumSubdomainLength + DnsName.MaximumLabelLength + 2;

    public static void Expect(string field, string name, FieldErrors errors)
    {
        if (name.Length == 0)
        {
            errors.Required(field, "signerName must be provided");
            return;
        }

        var parts = name.Split('/');
        if (parts.Length != 2)
        {
            errors.Invalid(field, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
            return;
        }

        if (NameMessage.IsLonger(parts[0], DnsName.MaximumSubdomainLength)) errors.TooLong(field, DnsName.MaximumSubdomainLength);
        ExpectLabels(field, parts[0], DnsName.CheckLabel, errors);
        if (!parts[0].Contains('.', StringComparison.Ordinal)) errors.Invalid(field, parts[0], "should be a domain with at least two segments separated by dots");
        ExpectLabels(field, parts[1], DnsName.CheckSubdomain, errors);
        if (NameMessage.IsLonger(name, MaximumLength)) errors.TooLong(field, MaximumLength);
    }

    private static void ExpectLabels(string field, string text, Func<string, ApiList<string>> check, FieldErrors errors)
    {
        foreach (var label in text.Split('.'))
        {
            var wrong = check(label);
            foreach (var detail in wrong) errors.Invalid(field, text, $"validating label {GoQuote.Quote(label)}: {detail}");
            // More of the same would confuse.
            if (!wrong.IsEmpty) return;
        }
    }
}
