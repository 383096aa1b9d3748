using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Api.Certificates.V1;

namespace Keelson.Control.Controllers.Certificates;

/// <summary>What a request asks to be certified.</summary>
internal sealed class RequestContent
{
    private const string CommonNameType = "2.5.4.3";
    private const string OrganizationType = "2.5.4.10";
    private const string AlternativeNames = "2.5.29.17";
    private const int DnsTag = 2;
    private const int AddressTag = 7;

    private RequestContent(CertificateRequest request, X509Extension? alternatives, IReadOnlyList<int> kinds)
    {
        Request = request;
        Alternatives = alternatives;
        var names = request.SubjectName.EnumerateRelativeDistinguishedNames().Where(name => !name.HasMultipleElements)
            .Select(name => (Type: name.GetSingleElementType().Value, Value: name.GetSingleElementValue() ?? "")).ToList();
        CommonName = names.LastOrDefault(name => name.Type == CommonNameType).Value ?? "";
        Groups = [.. names.Where(name => name.Type == OrganizationType).Select(name => name.Value)];
        HasAlternativeNames = kinds.Count > 0;
        HasHostNames = kinds.Any(kind => kind is DnsTag or AddressTag);
        HasOtherNames = kinds.Any(kind => kind is not (DnsTag or AddressTag));
    }

    public CertificateRequest Request { get; }

    /// <summary>The names beside the subject's, as they were asked for.</summary>
    public X509Extension? Alternatives { get; }

    public string CommonName { get; }

    public IReadOnlyList<string> Groups { get; }

    public bool HasAlternativeNames { get; }

    public bool HasHostNames { get; }

    public bool HasOtherNames { get; }

    /// <summary>Reads a request, whose signature is checked; null where it is none.</summary>
    public static RequestContent? Read(CertificateSigningRequest request)
    {
        try
        {
            var read = CertificateRequest.LoadSigningRequestPem(request.Spec.Request.ToUtf8(), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
            var alternatives = read.CertificateExtensions.FirstOrDefault(extension => extension.Oid?.Value == AlternativeNames);
            return new RequestContent(read, alternatives, alternatives is null ? [] : Kinds(alternatives.RawData));
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException or NotSupportedException or AsnContentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static List<int> Kinds(byte[] data)
    {
        var kinds = new List<int>();
        var names = new AsnReader(data, AsnEncodingRules.DER).ReadSequence();
        while (names.HasData)
        {
            kinds.Add(names.PeekTag().TagValue);
            names.ReadEncodedValue();
        }

        return kinds;
    }
}
