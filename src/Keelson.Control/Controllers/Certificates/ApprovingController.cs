using Keelson.Api.Authorization.V1;
using Keelson.Api.Certificates.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.Certificates;

/// <summary>Approves what kubelets ask for to be known to the API server, where who asks may have it.</summary>
internal sealed class ApprovingController : IController, IReconciler<CertificateSigningRequest>
{
    private readonly ControllerContext _context;
    private readonly Informer<CertificateSigningRequest> _requests;

    public ApprovingController(ControllerContext context)
    {
        _context = context;
        _requests = context.Informers.For<CertificateSigningRequest>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("certificatesigningrequest-approving-controller", this).Watch(_requests);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_requests.Get(key) is not { } request || !request.Status.Certificate.IsEmpty || Verdicts.IsDecided(request)) return Outcome.Done;
        if (request.Spec.SignerName != KnownSigners.KubeletClient || RequestContent.Read(request) is not { } content) return Outcome.Done;
        if (KnownSigners.KubeletClientRefusal(request, content) is not null) return Outcome.Done;
        var isSelf = request.Spec.Username == content.CommonName;
        if (isSelf && await MayAsync(request, "selfnodeclient", cancel).ConfigureAwait(false))
        {
            await ApproveAsync(request, "Auto approving self kubelet client certificate after SubjectAccessReview.", cancel).ConfigureAwait(false);
        }
        else if (await MayAsync(request, "nodeclient", cancel).ConfigureAwait(false))
        {
            await ApproveAsync(request, "Auto approving kubelet client certificate after SubjectAccessReview.", cancel).ConfigureAwait(false);
        }

        return Outcome.Done;
    }

    private async Task<bool> MayAsync(CertificateSigningRequest request, string subresource, CancellationToken cancel)
    {
        var review = new SubjectAccessReview
        {
            Spec = new SubjectAccessReviewSpec
            {
                User = request.Spec.Username,
                Uid = request.Spec.Uid,
                Groups = request.Spec.Groups,
                Extra = request.Spec.Extra,
                ResourceAttributes = new ResourceAttributes { Group = "certificates.k8s.io", Resource = "certificatesigningrequests", Verb = "create", Subresource = subresource, Version = "*" },
            },
        };
        return (await _context.Client.Resource<SubjectAccessReview>().CreateAsync(review, cancel: cancel).ConfigureAwait(false)).Status.Allowed;
    }

    private Task ApproveAsync(CertificateSigningRequest request, string message, CancellationToken cancel)
    {
        var condition = new CertificateSigningRequestCondition { Type = RequestConditionType.Approved, Status = ConditionStatus.True, Reason = "AutoApproved", Message = message };
        return _context.Client.Resource<CertificateSigningRequest>().UpdateSubresourceAsync(request with { Status = request.Status with { Conditions = request.Status.Conditions.Add(condition) } }, "approval", cancel: cancel);
    }
}
