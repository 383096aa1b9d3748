using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Keelson.Api;
using Keelson.Api.Certificates.V1;
using Keelson.Client;
using Keelson.Client.Informers;
using Keelson.Client.Reconciling;

namespace Keelson.Control.Controllers.Certificates;

/// <summary>Removes requests that are over: decided an hour ago, waiting for a day, or with a certificate that has expired.</summary>
internal sealed class RequestCleaner : IController, IReconciler<CertificateSigningRequest>
{
    private static readonly TimeSpan Decided = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pending = TimeSpan.FromHours(24);

    private readonly ControllerContext _context;
    private readonly Informer<CertificateSigningRequest> _requests;

    public RequestCleaner(ControllerContext context)
    {
        _context = context;
        _requests = context.Informers.For<CertificateSigningRequest>();
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var loop = _context.Loop("certificatesigningrequest-cleaner-controller", this).Watch(_requests);
        await loop.RunAsync(cancel).ConfigureAwait(false);
    }

    public async Task<Outcome> ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_requests.Get(key) is not { } request) return Outcome.Done;
        var left = EndOf(request) - _context.Now;
        if (left > TimeSpan.Zero) return Outcome.After(left);
        await _context.Client.Resource<CertificateSigningRequest>().DeleteAsync(key.Name, cancel: cancel).ConfigureAwait(false);
        return Outcome.Done;
    }

    /// <summary>When a request is over.</summary>
    internal static Time EndOf(CertificateSigningRequest request)
    {
        var end = request.Metadata.CreationTimestamp + Pending;
        foreach (var condition in request.Status.Conditions)
        {
            // An approved one that waits for its certificate may still get it.
            if (condition.Type == RequestConditionType.Approved && request.Status.Certificate.IsEmpty) continue;
            var over = condition.LastUpdateTime + Decided;
            if (!condition.LastUpdateTime.IsZero && over < end) end = over;
        }

        return Expiry(request) is { } expiry && expiry < end ? expiry : end;
    }

    private static Time? Expiry(CertificateSigningRequest request)
    {
        if (request.Status.Certificate.IsEmpty) return null;
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(request.Status.Certificate.ToUtf8());
            return Time.FromDateTimeOffset(certificate.NotAfter.ToUniversalTime());
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
