using Keelson.Api.Certificates.V1;

namespace Keelson.Control.Controllers.Certificates;

/// <summary>What was decided on a request.</summary>
internal static class Verdicts
{
    public static bool IsApproved(CertificateSigningRequest request) => Find(request, RequestConditionType.Approved) is not null && Find(request, RequestConditionType.Denied) is null;

    public static bool IsDecided(CertificateSigningRequest request) => Find(request, RequestConditionType.Approved) is not null || Find(request, RequestConditionType.Denied) is not null;

    public static CertificateSigningRequestCondition? Find(CertificateSigningRequest request, string type) =>
        request.Status.Conditions.FirstOrDefault(condition => condition.Type == type);
}
