using Keelson.Api.Certificates.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.Certificates;

/// <summary>Signs what was approved, where the key of the cluster's authority is at hand.</summary>
internal sealed class SigningController : IController, IReconciler<CertificateSigningRequest>
{
    private readonly ControllerContext _context;
    private readonly Informer<CertificateSigningRequest> _requests;

    public SigningController(ControllerContext context)
    {
        _context = context;
        _requests = context.Informers.For<CertificateSigningRequest>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("certificatesigningrequest-signing-controller", this).Watch(_requests);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_context.Options.SigningAuthority is not { } authority || _requests.Get(key) is not { } request) return Outcome.Done;
        if (!request.Status.Certificate.IsEmpty || !Verdicts.IsApproved(request) || Verdicts.Find(request, RequestConditionType.Failed) is not null) return Outcome.Done;
        // Others' signers are others' business.
        if (request.Spec.SignerName is not (KnownSigners.Client or KnownSigners.KubeletClient or KnownSigners.KubeletServing)) return Outcome.Done;
        var content = RequestContent.Read(request);
        var refusal = content is null ? "unable to parse csr" : KnownSigners.Refusal(request, content);
        var status = refusal is null
            ? request.Status with { Certificate = CertificateIssuer.Issue(authority, request, content!, _context.Time.GetUtcNow()) }
            : request.Status with { Conditions = request.Status.Conditions.Add(Failed(refusal)) };
        await _context.Client.Resource<CertificateSigningRequest>().UpdateStatusAsync(request with { Status = status }, cancel: cancel).ConfigureAwait(false);
        return Outcome.Done;
    }

    private CertificateSigningRequestCondition Failed(string why) => new()
    {
        Type = RequestConditionType.Failed,
        Status = ConditionStatus.True,
        Reason = "SignerValidationFailure",
        Message = why,
        LastUpdateTime = _context.Now,
        LastTransitionTime = _context.Now,
    };
}
